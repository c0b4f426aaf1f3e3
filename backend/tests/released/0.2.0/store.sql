BEGIN TRANSACTION;
CREATE TABLE access_tokens (
	name TEXT NOT NULL, 
	digest TEXT NOT NULL, 
	role TEXT NOT NULL, 
	created_at TEXT NOT NULL, 
	revoked_at TEXT, 
	PRIMARY KEY (name), 
	UNIQUE (digest)
);
INSERT INTO "access_tokens" VALUES('office-toronto','02bb9399d5ba15ed5672990705cd0d739f1eca254ef3d44dcdfdddb268b322a7','operator','2026-11-22T02:47:18.604668Z',NULL);
INSERT INTO "access_tokens" VALUES('gone','2405c268ec07e2939e669f06e85bc47a28a0b9eb025e61df2b5f98804091cc80','viewer','2026-11-22T02:47:18.607203Z','2026-11-22T02:47:18.623137Z');
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0002');
CREATE TABLE audit_events (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	at TEXT NOT NULL, 
	actor TEXT NOT NULL, 
	via TEXT NOT NULL, 
	action TEXT NOT NULL, 
	entity TEXT, 
	entity_id TEXT, 
	outcome TEXT NOT NULL, 
	detail TEXT, 
	request_id TEXT, 
	changes TEXT NOT NULL, hash TEXT DEFAULT '' NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
INSERT INTO "audit_events" VALUES(1,'ev_01a201269f6beb4736c710f703139fa5','2026-11-22T02:47:18.123086Z','root','api','deal.created','deal','deal_01a201269f6b8b663a615a5b8b52fa6c','done',NULL,'a52bfb503eee7433','{"*":{"id":"deal_01a201269f6b8b663a615a5b8b52fa6c","name":"114 Elm Street","status":"lead","strategy":null,"address":null,"property_id":null,"price":412000,"arv":null,"est_repairs":68500.5,"est_rent":null,"currency":"CAD","offer_date":null,"contract_date":null,"close_date":null,"notes":null,"tags":["off-market"],"meta":{},"created_at":"2026-11-22T02:47:18.123086Z","updated_at":"2026-11-22T02:47:18.123086Z"}}','4cfad599af3917aed191c9ee3c04b07fb4fc07a2444b3bed26d70d0d7b2e1c2a');
INSERT INTO "audit_events" VALUES(2,'ev_01a201269f88d32f4e6f3553e5897792','2026-11-22T02:47:18.148282Z','root','api','partner.created','partner','p_01a201269f8418451f145b025e7f176b','done',NULL,'f98c450e2db249e5','{"*":{"id":"p_01a201269f8418451f145b025e7f176b","name":"Maple Street Capital – Überbrückung 桜","role":"lender","status":"active","email":null,"phone":null,"country":"CA","notes":null,"tags":["quick","cash"],"meta":{},"created_at":"2026-11-22T02:47:18.148282Z","updated_at":"2026-11-22T02:47:18.148282Z","phone_e164":null}}','3184b92bc1725f6f506ea167ebba0e10ffd0f084560706f3a12fe4b52e588ee2');
INSERT INTO "audit_events" VALUES(3,'ev_01a201269feeec97d5575ecdbc5c2124','2026-11-22T02:47:18.254142Z','root','api','partner.created','partner','p_01a201269f989b71d8ffef490e59b48b','done',NULL,'bf87e7afd9c50975','{"*":{"id":"p_01a201269f989b71d8ffef490e59b48b","name":"A builder","role":"gc","status":"active","email":null,"phone":"416-555-0123","country":"CA","notes":"=1+1","tags":[],"meta":{"rate":1.5e-7},"created_at":"2026-11-22T02:47:18.254142Z","updated_at":"2026-11-22T02:47:18.254142Z","phone_e164":"+14165550123"}}','215e4e8093f226afe5d15b7745df684161e628c7dc8cd6f9ed47511379abd71c');
INSERT INTO "audit_events" VALUES(4,'ev_01a201269ffc472c1c2caace7fe5b723','2026-11-22T02:47:18.268083Z','root','api','link.created','link','lnk_01a201269ffc1b67171a0463ea5022a5','done',NULL,'6f57f992ca7c146c','{"*":{"id":"lnk_01a201269ffc1b67171a0463ea5022a5","partner_id":"p_01a201269f8418451f145b025e7f176b","deal_id":"deal_01a201269f6b8b663a615a5b8b52fa6c","relationship":"JV","split_notes":"50/50","status":"active","meta":{},"created_at":"2026-11-22T02:47:18.268083Z","updated_at":"2026-11-22T02:47:18.268083Z"}}','540bb9062af0791b961aa39f1eb36cb91dfdf59c2892ff5a2f648e3286082804');
INSERT INTO "audit_events" VALUES(5,'ev_01a20126a013ce9adc072d913c8b1461','2026-11-22T02:47:18.290758Z','root','api','draft.created','draft','dr_01a20126a0129f172546e8b0c584750d','done',NULL,'5ced424a623b3542','{"*":{"id":"dr_01a20126a0129f172546e8b0c584750d","channel":"sms","status":"draft","to":"416-555-0123","subject":null,"body":"Still looking?\nCall me.","deal_id":"deal_01a201269f6b8b663a615a5b8b52fa6c","contact_id":null,"tone":null,"tags":[],"meta":{},"created_at":"2026-11-22T02:47:18.290758Z","updated_at":"2026-11-22T02:47:18.290758Z","to_e164":"+14165550123","sent_at":null}}','b4cf787e66a0fbcb3a7c8e9a14f6c24d47f7928bf033ecf4e4b0a197d30878d4');
INSERT INTO "audit_events" VALUES(6,'ev_01a20126a02e57c11b9eb3fd80b36359','2026-11-22T02:47:18.317449Z','root','api','draft.created','draft','dr_01a20126a02dc1debbffe2103aa8a577','done',NULL,'05bd96c80b832cb0','{"*":{"id":"dr_01a20126a02dc1debbffe2103aa8a577","channel":"letter","status":"draft","to":null,"subject":null,"body":"Dear Dana","deal_id":null,"contact_id":null,"tone":null,"tags":["slow"],"meta":{"big":4611686018427387904,"deep":[{"a":null}]},"created_at":"2026-11-22T02:47:18.317449Z","updated_at":"2026-11-22T02:47:18.317449Z","to_e164":null,"sent_at":null}}','255482113690fcf5bb571fa2645004478ac50dbf26805967c29a221457b4d9c2');
INSERT INTO "audit_events" VALUES(7,'ev_01a20126a0468f0d6c93555c7c08d125','2026-11-22T02:47:18.337275Z','root','api','send-log entry.created','send-log entry','sl_01a20126a041fe83f7f9fb2f7f0be9dd','done',NULL,'cdb8e77ed7b6bc54','{"*":{"id":"sl_01a20126a041fe83f7f9fb2f7f0be9dd","created_at":"2026-11-22T02:47:18.337275Z","updated_at":"2026-11-22T02:47:18.337275Z","draft_id":"dr_01a20126a0129f172546e8b0c584750d","channel":"sms","to":"416-555-0123","to_e164":"+14165550123","subject":null,"body":"Still looking?\nCall me.","deal_id":"deal_01a201269f6b8b663a615a5b8b52fa6c","contact_id":null,"provider":"twilio","provider_ref":"SM42","sent_at":"2026-11-22T02:47:18.337275Z","meta":{}}}','712e1e071978c22b491494ecdb331a083751fb228f1da959b578eaa468e991df');
INSERT INTO "audit_events" VALUES(8,'ev_01a20126a0471dcd274211400935e6c8','2026-11-22T02:47:18.337275Z','root','api','draft.sent','draft','dr_01a20126a0129f172546e8b0c584750d','done',NULL,'cdb8e77ed7b6bc54','{"status": {"before": "draft", "after": "sent"}, "sent_at": {"before": null, "after": "2026-11-22T02:47:18.337275Z"}}','1d0aea7f042909d1be0afa33c5b2d51b96732f3a05fa38aade1c435975b0b559');
INSERT INTO "audit_events" VALUES(9,'ev_01a20126a06acaeb17bddad252e0a16b','2026-11-22T02:47:18.378869Z','root','api','PATCH /core/comms/drafts/dr_01a20126a0129f172546e8b0c584750d','draft','dr_01a20126a0129f172546e8b0c584750d','refused','409 body cannot change: this draft was sent, and the send log says with which words','4cc85ee4dbec15b9','{}','a5e4192a57c7445b55dbdf4c218c929a46d0c47d1cd88f3ea798c063b6ed0c72');
INSERT INTO "audit_events" VALUES(10,'ev_01a20126a06f4f5eeafd4a92719b37da','2026-11-22T02:47:18.381719Z','root','api','property.created','property','pr_01a20126a06ed49d8ae1130777f8757b','done',NULL,'65a782c59a6855a1','{"*":{"id":"pr_01a20126a06ed49d8ae1130777f8757b","address":"12 Oak Ave","country":"CA","region":"ON","city":"Hamilton","postal":null,"status":"tracked","deal_id":null,"beds":null,"baths":null,"sqft":null,"lot_sqft":null,"year_built":null,"latitude":43.25,"longitude":-79.87,"tags":[],"meta":{},"created_at":"2026-11-22T02:47:18.381719Z","updated_at":"2026-11-22T02:47:18.381719Z","address_key":"12 oak ave","import_key":null}}','22a01f0b92f976c5a8e08b9141c0d1f90515e9fc87fd771cac4de3e124060979');
INSERT INTO "audit_events" VALUES(11,'ev_01a20126a0799427c17f2c4ba663d862','2026-11-22T02:47:18.393341Z','root','api','rating.created','rating','pr_01a20126a06ed49d8ae1130777f8757b','done',NULL,'c779925340535661','{"*":{"property_id":"pr_01a20126a06ed49d8ae1130777f8757b","score":71,"notes":"quiet","factors":{},"created_at":"2026-11-22T02:47:18.393341Z","updated_at":"2026-11-22T02:47:18.393341Z"}}','e03e8957d5806f5abb8552558e837f73a870128d0649dea30a44c187c420e765');
INSERT INTO "audit_events" VALUES(12,'ev_01a20126a0803b90d80e6fd922b924c6','2026-11-22T02:47:18.399835Z','root','api','comps.created','comps','pr_01a20126a06ed49d8ae1130777f8757b','done',NULL,'14be87505e677d46','{"*":{"property_id":"pr_01a20126a06ed49d8ae1130777f8757b","radius_km":1.5,"beds":3,"baths":null,"notes":"no sales are loaded, so there is nothing to compare this property with","created_at":"2026-11-22T02:47:18.399835Z","updated_at":"2026-11-22T02:47:18.399835Z","ok":true,"comps":[],"message":"no sales are loaded, so there is nothing to compare this property with"}}','448e31d5c9bbb4bbb87dc266e921df7c90102a51f9808112d8df519dfeaacbb8');
INSERT INTO "audit_events" VALUES(13,'ev_01a20126a086cffcfec4e4b532388274','2026-11-22T02:47:18.406133Z','root','api','repair-rent estimate.created','repair-rent estimate','pr_01a20126a06ed49d8ae1130777f8757b','done',NULL,'a594a280d883982c','{"*":{"property_id":"pr_01a20126a06ed49d8ae1130777f8757b","est_repairs":1000.25,"est_rent":3150,"assumptions":{},"created_at":"2026-11-22T02:47:18.406133Z","updated_at":"2026-11-22T02:47:18.406133Z"}}','015b4d943e44dffdf9f46f34cadb47eca5cd7f0baaeb31c2e6a2e5b7a1664ea6');
INSERT INTO "audit_events" VALUES(14,'ev_01a20126a096d92cda7b1b3dc8bfc2f1','2026-11-22T02:47:18.421364Z','root','api','partner.changed','partner','p_01a201269f8418451f145b025e7f176b','done',NULL,'33cb9e12f07df654','{"status": {"before": "active", "after": "paused"}, "tags": {"before": ["quick", "cash"], "after": ["quick"]}}','4a8440a23e8cebc01b130669d1df067dcf0fc17579a61f250029bed1d7c2828c');
INSERT INTO "audit_events" VALUES(15,'ev_01a20126a14d23685018fd9d711596d3','2026-11-22T02:47:18.604668Z','dana','cli','token.created','token','office-toronto','done',NULL,NULL,'{"role": {"before": null, "after": "operator"}}','a83d2ed652dfb2eaf898873aa0127ef51d070620076d5d8e9db404371f2c80ea');
INSERT INTO "audit_events" VALUES(16,'ev_01a20126a14fb01ec5f2cf3c82a75d96','2026-11-22T02:47:18.607203Z','dana','cli','token.created','token','gone','done',NULL,NULL,'{"role": {"before": null, "after": "viewer"}}','84867b51db18414874d03278de097bf0e7b2e29b9d9a8426f843167410d32042');
INSERT INTO "audit_events" VALUES(17,'ev_01a20126a15f3b361e03ca74618c9ece','2026-11-22T02:47:18.623137Z','dana','cli','token.revoked','token','gone','done',NULL,NULL,'{"revoked_at": {"before": null, "after": "2026-11-22T02:47:18.623137Z"}}','c9de735c4928ffd2cf077fa384cac0ac0bec9a85ae441b483711eeca44251614');
CREATE TABLE comps (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	doc TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
INSERT INTO "comps" VALUES(1,'pr_01a20126a06ed49d8ae1130777f8757b','{"property_id":"pr_01a20126a06ed49d8ae1130777f8757b","radius_km":1.5,"beds":3,"baths":null,"notes":"no sales are loaded, so there is nothing to compare this property with","created_at":"2026-11-22T02:47:18.399835Z","updated_at":"2026-11-22T02:47:18.399835Z","ok":true,"comps":[],"message":"no sales are loaded, so there is nothing to compare this property with"}');
CREATE TABLE deals (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	doc TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
INSERT INTO "deals" VALUES(1,'deal_01a201269f6b8b663a615a5b8b52fa6c','{"id":"deal_01a201269f6b8b663a615a5b8b52fa6c","name":"114 Elm Street","status":"lead","strategy":null,"address":null,"property_id":null,"price":412000,"arv":null,"est_repairs":68500.5,"est_rent":null,"currency":"CAD","offer_date":null,"contract_date":null,"close_date":null,"notes":null,"tags":["off-market"],"meta":{},"created_at":"2026-11-22T02:47:18.123086Z","updated_at":"2026-11-22T02:47:18.123086Z"}');
CREATE TABLE drafts (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	doc TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
INSERT INTO "drafts" VALUES(1,'dr_01a20126a0129f172546e8b0c584750d','{"id":"dr_01a20126a0129f172546e8b0c584750d","channel":"sms","status":"sent","to":"416-555-0123","subject":null,"body":"Still looking?\nCall me.","deal_id":"deal_01a201269f6b8b663a615a5b8b52fa6c","contact_id":null,"tone":null,"tags":[],"meta":{},"created_at":"2026-11-22T02:47:18.290758Z","updated_at":"2026-11-22T02:47:18.337275Z","to_e164":"+14165550123","sent_at":"2026-11-22T02:47:18.337275Z"}');
INSERT INTO "drafts" VALUES(2,'dr_01a20126a02dc1debbffe2103aa8a577','{"id":"dr_01a20126a02dc1debbffe2103aa8a577","channel":"letter","status":"draft","to":null,"subject":null,"body":"Dear Dana","deal_id":null,"contact_id":null,"tone":null,"tags":["slow"],"meta":{"big":4611686018427387904,"deep":[{"a":null}]},"created_at":"2026-11-22T02:47:18.317449Z","updated_at":"2026-11-22T02:47:18.317449Z","to_e164":null,"sent_at":null}');
CREATE TABLE idempotency_keys (
	scope TEXT NOT NULL, 
	"key" TEXT NOT NULL, 
	digest TEXT NOT NULL, 
	status INTEGER NOT NULL, 
	body TEXT NOT NULL, 
	etag TEXT, 
	at TEXT NOT NULL, 
	PRIMARY KEY (scope, "key")
);
INSERT INTO "idempotency_keys" VALUES('root /core/deals','key-1','7964821c1936f1d03b7981c0ced19fd0',201,'{"id":"deal_01a201269f6b8b663a615a5b8b52fa6c","name":"114 Elm Street","status":"lead","strategy":null,"address":null,"property_id":null,"price":412000,"arv":null,"est_repairs":68500.5,"est_rent":null,"currency":"CAD","offer_date":null,"contract_date":null,"close_date":null,"notes":null,"tags":["off-market"],"meta":{},"created_at":"2026-11-22T02:47:18.123086Z","updated_at":"2026-11-22T02:47:18.123086Z"}','"cde4d677b1c4d8c0d7901d72"','2026-11-22T02:47:18.123086Z');
INSERT INTO "idempotency_keys" VALUES('root /core/jv/partners','key-2','ffb004c164993787a7c07db30034e2d4',201,'{"id":"p_01a201269f8418451f145b025e7f176b","name":"Maple Street Capital – Überbrückung 桜","role":"lender","status":"active","email":null,"phone":null,"country":"CA","notes":null,"tags":["quick","cash"],"meta":{},"created_at":"2026-11-22T02:47:18.148282Z","updated_at":"2026-11-22T02:47:18.148282Z","phone_e164":null}','"3aa96343eaf0e2fac177f447"','2026-11-22T02:47:18.148282Z');
INSERT INTO "idempotency_keys" VALUES('root /core/jv/partners','key-3','e91709d3d5d1cac3123ac1ca6e6bb37a',201,'{"id":"p_01a201269f989b71d8ffef490e59b48b","name":"A builder","role":"gc","status":"active","email":null,"phone":"416-555-0123","country":"CA","notes":"=1+1","tags":[],"meta":{"rate":1.5e-7},"created_at":"2026-11-22T02:47:18.254142Z","updated_at":"2026-11-22T02:47:18.254142Z","phone_e164":"+14165550123"}','"e75f4d2be457bd42c65774cb"','2026-11-22T02:47:18.254142Z');
INSERT INTO "idempotency_keys" VALUES('root /core/jv/links','key-4','b36392d4efe1e0b25dab555435057972',201,'{"id":"lnk_01a201269ffc1b67171a0463ea5022a5","partner_id":"p_01a201269f8418451f145b025e7f176b","deal_id":"deal_01a201269f6b8b663a615a5b8b52fa6c","relationship":"JV","split_notes":"50/50","status":"active","meta":{},"created_at":"2026-11-22T02:47:18.268083Z","updated_at":"2026-11-22T02:47:18.268083Z"}','"5b744d65d756ece356f10c92"','2026-11-22T02:47:18.268083Z');
INSERT INTO "idempotency_keys" VALUES('root /core/comms/drafts','key-5','77f89b043bed76cdc15e9cbfd96ca13e',201,'{"id":"dr_01a20126a0129f172546e8b0c584750d","channel":"sms","status":"draft","to":"416-555-0123","subject":null,"body":"Still looking?\nCall me.","deal_id":"deal_01a201269f6b8b663a615a5b8b52fa6c","contact_id":null,"tone":null,"tags":[],"meta":{},"created_at":"2026-11-22T02:47:18.290758Z","updated_at":"2026-11-22T02:47:18.290758Z","to_e164":"+14165550123","sent_at":null}','"21a4140d3e035f9b02350203"','2026-11-22T02:47:18.290758Z');
INSERT INTO "idempotency_keys" VALUES('root /core/comms/drafts','key-6','93b1c9bb7ccd5d24d952fd9829f9fbfe',201,'{"id":"dr_01a20126a02dc1debbffe2103aa8a577","channel":"letter","status":"draft","to":null,"subject":null,"body":"Dear Dana","deal_id":null,"contact_id":null,"tone":null,"tags":["slow"],"meta":{"big":4611686018427387904,"deep":[{"a":null}]},"created_at":"2026-11-22T02:47:18.317449Z","updated_at":"2026-11-22T02:47:18.317449Z","to_e164":null,"sent_at":null}','"05e3b913d663863783b807eb"','2026-11-22T02:47:18.317449Z');
INSERT INTO "idempotency_keys" VALUES('root /core/property/properties','key-7','939f7ecfdacd3aba556e42eaec152d37',201,'{"id":"pr_01a20126a06ed49d8ae1130777f8757b","address":"12 Oak Ave","country":"CA","region":"ON","city":"Hamilton","postal":null,"status":"tracked","deal_id":null,"beds":null,"baths":null,"sqft":null,"lot_sqft":null,"year_built":null,"latitude":43.25,"longitude":-79.87,"tags":[],"meta":{},"created_at":"2026-11-22T02:47:18.381719Z","updated_at":"2026-11-22T02:47:18.381719Z","address_key":"12 oak ave","import_key":null}','"7a56379796c92c7269ee6dcc"','2026-11-22T02:47:18.381719Z');
INSERT INTO "idempotency_keys" VALUES('root /core/property/properties/pr_01a20126a06ed49d8ae1130777f8757b/neighborhood_rating','key-8','848d6bebe21ec2bcf5dc6d32e1a2603f',200,'{"property_id":"pr_01a20126a06ed49d8ae1130777f8757b","score":71,"notes":"quiet","factors":{},"created_at":"2026-11-22T02:47:18.393341Z","updated_at":"2026-11-22T02:47:18.393341Z"}','"229c39f2d928f88d34daa0d7"','2026-11-22T02:47:18.393341Z');
INSERT INTO "idempotency_keys" VALUES('root /core/property/comps','key-9','cf7d2c26dcbbfab4e93648bf8fd3920c',200,'{"property_id":"pr_01a20126a06ed49d8ae1130777f8757b","radius_km":1.5,"beds":3,"baths":null,"notes":"no sales are loaded, so there is nothing to compare this property with","created_at":"2026-11-22T02:47:18.399835Z","updated_at":"2026-11-22T02:47:18.399835Z","ok":true,"comps":[],"message":"no sales are loaded, so there is nothing to compare this property with"}','"b692c2e6635bea6d05704a43"','2026-11-22T02:47:18.399835Z');
INSERT INTO "idempotency_keys" VALUES('root /core/property/properties/pr_01a20126a06ed49d8ae1130777f8757b/repair_rent','key-10','7bf4f4a8b851ab00d910cfac03a38724',200,'{"property_id":"pr_01a20126a06ed49d8ae1130777f8757b","est_repairs":1000.25,"est_rent":3150,"assumptions":{},"created_at":"2026-11-22T02:47:18.406133Z","updated_at":"2026-11-22T02:47:18.406133Z"}','"a34466755b8c27e1277553ae"','2026-11-22T02:47:18.406133Z');
CREATE TABLE leases (
	name TEXT NOT NULL, 
	holder TEXT NOT NULL, 
	about TEXT NOT NULL, 
	since TEXT NOT NULL, 
	until TEXT NOT NULL, 
	PRIMARY KEY (name)
);
CREATE TABLE links (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	doc TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
INSERT INTO "links" VALUES(1,'lnk_01a201269ffc1b67171a0463ea5022a5','{"id":"lnk_01a201269ffc1b67171a0463ea5022a5","partner_id":"p_01a201269f8418451f145b025e7f176b","deal_id":"deal_01a201269f6b8b663a615a5b8b52fa6c","relationship":"JV","split_notes":"50/50","status":"active","meta":{},"created_at":"2026-11-22T02:47:18.268083Z","updated_at":"2026-11-22T02:47:18.268083Z"}');
CREATE TABLE partners (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	doc TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
INSERT INTO "partners" VALUES(1,'p_01a201269f8418451f145b025e7f176b','{"id":"p_01a201269f8418451f145b025e7f176b","name":"Maple Street Capital – Überbrückung 桜","role":"lender","status":"paused","email":null,"phone":null,"country":"CA","notes":null,"tags":["quick"],"meta":{},"created_at":"2026-11-22T02:47:18.148282Z","updated_at":"2026-11-22T02:47:18.421364Z","phone_e164":null}');
INSERT INTO "partners" VALUES(2,'p_01a201269f989b71d8ffef490e59b48b','{"id":"p_01a201269f989b71d8ffef490e59b48b","name":"A builder","role":"gc","status":"active","email":null,"phone":"416-555-0123","country":"CA","notes":"=1+1","tags":[],"meta":{"rate":1.5e-7},"created_at":"2026-11-22T02:47:18.254142Z","updated_at":"2026-11-22T02:47:18.254142Z","phone_e164":"+14165550123"}');
CREATE TABLE partners_tags (
	tag TEXT NOT NULL, 
	seq INTEGER NOT NULL, 
	PRIMARY KEY (tag, seq), 
	FOREIGN KEY(seq) REFERENCES partners (seq)
);
INSERT INTO "partners_tags" VALUES('quick',1);
CREATE TABLE properties (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	doc TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
INSERT INTO "properties" VALUES(1,'pr_01a20126a06ed49d8ae1130777f8757b','{"id":"pr_01a20126a06ed49d8ae1130777f8757b","address":"12 Oak Ave","country":"CA","region":"ON","city":"Hamilton","postal":null,"status":"tracked","deal_id":null,"beds":null,"baths":null,"sqft":null,"lot_sqft":null,"year_built":null,"latitude":43.25,"longitude":-79.87,"tags":[],"meta":{},"created_at":"2026-11-22T02:47:18.381719Z","updated_at":"2026-11-22T02:47:18.381719Z","address_key":"12 oak ave","import_key":null}');
CREATE TABLE ratings (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	doc TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
INSERT INTO "ratings" VALUES(1,'pr_01a20126a06ed49d8ae1130777f8757b','{"property_id":"pr_01a20126a06ed49d8ae1130777f8757b","score":71,"notes":"quiet","factors":{},"created_at":"2026-11-22T02:47:18.393341Z","updated_at":"2026-11-22T02:47:18.393341Z"}');
CREATE TABLE repair_rent (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	doc TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
INSERT INTO "repair_rent" VALUES(1,'pr_01a20126a06ed49d8ae1130777f8757b','{"property_id":"pr_01a20126a06ed49d8ae1130777f8757b","est_repairs":1000.25,"est_rent":3150,"assumptions":{},"created_at":"2026-11-22T02:47:18.406133Z","updated_at":"2026-11-22T02:47:18.406133Z"}');
CREATE TABLE sendlog (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	doc TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
INSERT INTO "sendlog" VALUES(1,'sl_01a20126a041fe83f7f9fb2f7f0be9dd','{"id":"sl_01a20126a041fe83f7f9fb2f7f0be9dd","created_at":"2026-11-22T02:47:18.337275Z","updated_at":"2026-11-22T02:47:18.337275Z","draft_id":"dr_01a20126a0129f172546e8b0c584750d","channel":"sms","to":"416-555-0123","to_e164":"+14165550123","subject":null,"body":"Still looking?\nCall me.","deal_id":"deal_01a201269f6b8b663a615a5b8b52fa6c","contact_id":null,"provider":"twilio","provider_ref":"SM42","sent_at":"2026-11-22T02:47:18.337275Z","meta":{}}');
CREATE TABLE store_state (
	"key" TEXT NOT NULL, 
	value TEXT NOT NULL, 
	PRIMARY KEY ("key")
);
INSERT INTO "store_state" VALUES('audit_head','17 c9de735c4928ffd2cf077fa384cac0ac0bec9a85ae441b483711eeca44251614');
INSERT INTO "store_state" VALUES('adopted_at','2026-11-22T02:47:17.734614Z');
INSERT INTO "store_state" VALUES('store_id','store_01a201269de69a97dfd76658e330fce6');
INSERT INTO "store_state" VALUES('job:idempotency-keys','{"begun": "2026-11-22T02:47:17.791722Z", "done": "2026-11-22T02:47:17.815474Z", "failed": null}');
INSERT INTO "store_state" VALUES('job:leases','{"begun": "2026-11-22T02:47:17.862538Z", "done": "2026-11-22T02:47:17.872725Z", "failed": null}');
INSERT INTO "store_state" VALUES('job:audit-chain','{"begun": "2026-11-22T02:47:17.887077Z", "done": "2026-11-22T02:47:17.896506Z", "failed": null}');
CREATE INDEX ix_deals_status ON deals ((doc ->> 'status'), seq);
CREATE INDEX ix_deals_strategy ON deals ((doc ->> 'strategy'), seq);
CREATE INDEX ix_deals_property_id ON deals ((doc ->> 'property_id'), seq);
CREATE INDEX ix_drafts_status ON drafts ((doc ->> 'status'), seq);
CREATE INDEX ix_drafts_channel ON drafts ((doc ->> 'channel'), seq);
CREATE INDEX ix_drafts_deal_id ON drafts ((doc ->> 'deal_id'), seq);
CREATE INDEX ix_drafts_contact_id ON drafts ((doc ->> 'contact_id'), seq);
CREATE INDEX ix_sendlog_channel ON sendlog ((doc ->> 'channel'), seq);
CREATE INDEX ix_sendlog_deal_id ON sendlog ((doc ->> 'deal_id'), seq);
CREATE INDEX ix_sendlog_contact_id ON sendlog ((doc ->> 'contact_id'), seq);
CREATE INDEX ix_sendlog_draft_id ON sendlog ((doc ->> 'draft_id'), seq);
CREATE INDEX ix_partners_status ON partners ((doc ->> 'status'), seq);
CREATE INDEX ix_partners_role ON partners ((doc ->> 'role'), seq);
CREATE INDEX ix_links_partner_id ON links ((doc ->> 'partner_id'), seq);
CREATE INDEX ix_links_deal_id ON links ((doc ->> 'deal_id'), seq);
CREATE INDEX ix_links_status ON links ((doc ->> 'status'), seq);
CREATE INDEX ix_properties_status ON properties ((doc ->> 'status'), seq);
CREATE INDEX ix_properties_country ON properties ((doc ->> 'country'), seq);
CREATE INDEX ix_properties_region ON properties ((doc ->> 'region'), seq);
CREATE INDEX ix_properties_address_key ON properties ((doc ->> 'address_key'), seq);
CREATE UNIQUE INDEX ux_sendlog_draft_id ON sendlog ((doc ->> 'draft_id')) WHERE (doc ->> 'draft_id') IS NOT NULL;
CREATE UNIQUE INDEX ux_links_active ON links ((doc ->> 'partner_id'), (doc ->> 'deal_id'), lower((doc ->> 'relationship'))) WHERE (doc ->> 'status') = 'active';
CREATE UNIQUE INDEX ux_properties_import_key ON properties ((doc ->> 'import_key')) WHERE (doc ->> 'import_key') IS NOT NULL;
CREATE INDEX ix_audit_events_entity_id ON audit_events (entity_id, seq);
CREATE INDEX ix_audit_events_at ON audit_events (at);
CREATE TRIGGER audit_events_no_delete BEFORE DELETE ON audit_events
        BEGIN SELECT RAISE(ABORT, 'audit events are never edited or deleted'); END;
CREATE INDEX ix_idempotency_keys_at ON idempotency_keys (at);
CREATE TRIGGER audit_events_no_update BEFORE UPDATE ON audit_events
        BEGIN SELECT RAISE(ABORT, 'audit events are never edited or deleted'); END;
COMMIT;
