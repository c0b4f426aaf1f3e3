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
INSERT INTO "access_tokens" VALUES('office-toronto','e34f1cfe07175bdaa29d8813f0ccc61b36124aefd9c4c1ea1ebbd10267622e2d','operator','2026-11-22T03:13:37.452921Z',NULL);
INSERT INTO "access_tokens" VALUES('gone','5c95e3c35eea47b95ca830ca7e767257748914e8e2c89152adcbe1e9ad1b6399','viewer','2026-11-22T03:13:37.461985Z','2026-11-22T03:13:37.463046Z');
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
INSERT INTO "audit_events" VALUES(1,'ev_01a2013eb7c4a9a79a96794011e67955','2026-11-22T03:13:37.220504Z','root','api','deal.created','deal','deal_01a2013eb7c4f737ddf73a8c628bf812','done',NULL,'bab2c1fee2fb59b3','{"*":{"id":"deal_01a2013eb7c4f737ddf73a8c628bf812","name":"114 Elm Street","status":"lead","strategy":null,"address":null,"property_id":null,"price":412000,"arv":null,"est_repairs":68500.5,"est_rent":null,"currency":"CAD","offer_date":null,"contract_date":null,"close_date":null,"notes":null,"tags":["off-market"],"meta":{},"created_at":"2026-11-22T03:13:37.220504Z","updated_at":"2026-11-22T03:13:37.220504Z"}}','5e9a0925082b300fcdf4299b6d0a72c6d77ade5748a432ecc879cb3eccece4ca');
INSERT INTO "audit_events" VALUES(2,'ev_01a2013eb7cf498dcc73a83127599a5a','2026-11-22T03:13:37.230471Z','root','api','partner.created','partner','p_01a2013eb7ce72261cf214b474af6374','done',NULL,'2715254593451547','{"*":{"id":"p_01a2013eb7ce72261cf214b474af6374","name":"Maple Street Capital – Überbrückung 桜","role":"lender","status":"active","email":null,"phone":null,"country":"CA","notes":null,"tags":["quick","cash"],"meta":{},"created_at":"2026-11-22T03:13:37.230471Z","updated_at":"2026-11-22T03:13:37.230471Z","phone_e164":null}}','d36a7ba37e13f3a4e0ac1121e28c13683ef4a384c87d43d23004dffcd1a84350');
INSERT INTO "audit_events" VALUES(3,'ev_01a2013eb7e9f039d2ea4210f28c7156','2026-11-22T03:13:37.257730Z','root','api','partner.created','partner','p_01a2013eb7d2078578b7c5bd3a7c679f','done',NULL,'68440a1b5a8eba43','{"*":{"id":"p_01a2013eb7d2078578b7c5bd3a7c679f","name":"A builder","role":"gc","status":"active","email":null,"phone":"416-555-0123","country":"CA","notes":"=1+1","tags":[],"meta":{"rate":1.5e-7},"created_at":"2026-11-22T03:13:37.257730Z","updated_at":"2026-11-22T03:13:37.257730Z","phone_e164":"+14165550123"}}','3f593ec6aa3e20df13cfed2fc9734472abe169ce94b990df2988d6fa17d32e0c');
INSERT INTO "audit_events" VALUES(4,'ev_01a2013eb7f362b126ffbbe282a4cd07','2026-11-22T03:13:37.266753Z','root','api','link.created','link','lnk_01a2013eb7f210004f429c0d4a669fe9','done',NULL,'207c7d29b3b337b1','{"*":{"id":"lnk_01a2013eb7f210004f429c0d4a669fe9","partner_id":"p_01a2013eb7ce72261cf214b474af6374","deal_id":"deal_01a2013eb7c4f737ddf73a8c628bf812","relationship":"JV","split_notes":"50/50","status":"active","meta":{},"created_at":"2026-11-22T03:13:37.266753Z","updated_at":"2026-11-22T03:13:37.266753Z"}}','918a6975a92eee62622f6c7ac2a6a5baa2168ed519d44d90869604cebda7559b');
INSERT INTO "audit_events" VALUES(5,'ev_01a2013eb7f7a689b428b7cd7dc32252','2026-11-22T03:13:37.270728Z','root','api','draft.created','draft','dr_01a2013eb7f63874cf3ca6735d01132d','done',NULL,'02b41e636c1b541f','{"*":{"id":"dr_01a2013eb7f63874cf3ca6735d01132d","channel":"sms","status":"draft","to":"416-555-0123","subject":null,"body":"Still looking?\nCall me.","deal_id":"deal_01a2013eb7c4f737ddf73a8c628bf812","contact_id":null,"tone":null,"tags":[],"meta":{},"created_at":"2026-11-22T03:13:37.270728Z","updated_at":"2026-11-22T03:13:37.270728Z","to_e164":"+14165550123","sent_at":null}}','b02dd59cc7f0be095b1584e8667f63fcf99e2d9a12a3f4b11d3a6f37e558f24c');
INSERT INTO "audit_events" VALUES(6,'ev_01a2013eb7fa8c722b8f219f19e93612','2026-11-22T03:13:37.274344Z','root','api','draft.created','draft','dr_01a2013eb7fa4e9e3c936867f5ac1552','done',NULL,'2e2672a8f0ae8882','{"*":{"id":"dr_01a2013eb7fa4e9e3c936867f5ac1552","channel":"letter","status":"draft","to":null,"subject":null,"body":"Dear Dana","deal_id":null,"contact_id":null,"tone":null,"tags":["slow"],"meta":{"big":4611686018427387904,"deep":[{"a":null}]},"created_at":"2026-11-22T03:13:37.274344Z","updated_at":"2026-11-22T03:13:37.274344Z","to_e164":null,"sent_at":null}}','220a30665517bd6f0e975613822dd650ac0bf78e0c20311794ee51756c1221d1');
INSERT INTO "audit_events" VALUES(7,'ev_01a2013eb7feff88d83a73502dd82a3e','2026-11-22T03:13:37.278278Z','root','api','send-log entry.created','send-log entry','sl_01a2013eb7fe72dd711e51300f27b76b','done',NULL,'2a6c7a01ee7cbbca','{"*":{"id":"sl_01a2013eb7fe72dd711e51300f27b76b","created_at":"2026-11-22T03:13:37.278278Z","updated_at":"2026-11-22T03:13:37.278278Z","draft_id":"dr_01a2013eb7f63874cf3ca6735d01132d","channel":"sms","to":"416-555-0123","to_e164":"+14165550123","subject":null,"body":"Still looking?\nCall me.","deal_id":"deal_01a2013eb7c4f737ddf73a8c628bf812","contact_id":null,"provider":"twilio","provider_ref":"SM42","sent_at":"2026-11-22T03:13:37.278278Z","meta":{}}}','c3bd9b50eed9012a16842eb98f4adffe9a6163bcdfa74ba078292e063d998439');
INSERT INTO "audit_events" VALUES(8,'ev_01a2013eb7fe2ca82542486c0d5d63bc','2026-11-22T03:13:37.278278Z','root','api','draft.sent','draft','dr_01a2013eb7f63874cf3ca6735d01132d','done',NULL,'2a6c7a01ee7cbbca','{"status": {"before": "draft", "after": "sent"}, "sent_at": {"before": null, "after": "2026-11-22T03:13:37.278278Z"}}','8993c671090f751b01b9098e84a10b4edbd1e80627740b1c03f3e1a02393d383');
INSERT INTO "audit_events" VALUES(9,'ev_01a2013eb803f4c5c7714174c195e465','2026-11-22T03:13:37.283630Z','root','api','PATCH /core/comms/drafts/dr_01a2013eb7f63874cf3ca6735d01132d','draft','dr_01a2013eb7f63874cf3ca6735d01132d','refused','409 body cannot change: this draft was sent, and the send log says with which words','9753cbb607f0bd34','{}','cf10b9c9d20fc9b72068c1d16ee78077c20d9e80ea83a10af091ce7e8779cdf9');
INSERT INTO "audit_events" VALUES(10,'ev_01a2013eb8068f733c06c8acddb91b8d','2026-11-22T03:13:37.285745Z','root','api','property.created','property','pr_01a2013eb8064434f405128fd00abe9b','done',NULL,'2295fba71902e908','{"*":{"id":"pr_01a2013eb8064434f405128fd00abe9b","address":"12 Oak Ave","country":"CA","region":"ON","city":"Hamilton","postal":null,"status":"tracked","deal_id":null,"beds":null,"baths":null,"sqft":null,"lot_sqft":null,"year_built":null,"latitude":43.25,"longitude":-79.87,"tags":[],"meta":{},"created_at":"2026-11-22T03:13:37.285745Z","updated_at":"2026-11-22T03:13:37.285745Z","address_key":"12 oak ave","import_key":null}}','cf6ea8697e6802dbe9d83ab864737dd99e07bcfa9c7dd40248fff1e91013861e');
INSERT INTO "audit_events" VALUES(11,'ev_01a2013eb80ca22806521b3acdf0f74c','2026-11-22T03:13:37.292331Z','root','api','rating.created','rating','pr_01a2013eb8064434f405128fd00abe9b','done',NULL,'727a8cabc9ce1253','{"*":{"property_id":"pr_01a2013eb8064434f405128fd00abe9b","score":71,"notes":"quiet","factors":{},"created_at":"2026-11-22T03:13:37.292331Z","updated_at":"2026-11-22T03:13:37.292331Z"}}','43c97497fdac68fefb553a1dadeae8da24ff4349b82503de02c079d6005510dc');
INSERT INTO "audit_events" VALUES(12,'ev_01a2013eb810a98c1f6a79b3ee0305ab','2026-11-22T03:13:37.296109Z','root','api','comps.created','comps','pr_01a2013eb8064434f405128fd00abe9b','done',NULL,'0cf9a7bad473228c','{"*":{"property_id":"pr_01a2013eb8064434f405128fd00abe9b","radius_km":1.5,"beds":3,"baths":null,"notes":"no sales are loaded, so there is nothing to compare this property with","created_at":"2026-11-22T03:13:37.296109Z","updated_at":"2026-11-22T03:13:37.296109Z","ok":true,"comps":[],"message":"no sales are loaded, so there is nothing to compare this property with"}}','b0c185cd9f9de4428dc8eafc007b454d8373237c26f373556f1f41b954aa4499');
INSERT INTO "audit_events" VALUES(13,'ev_01a2013eb8144f3ae5831746c7832465','2026-11-22T03:13:37.299807Z','root','api','repair-rent estimate.created','repair-rent estimate','pr_01a2013eb8064434f405128fd00abe9b','done',NULL,'6a76d1a71106e352','{"*":{"property_id":"pr_01a2013eb8064434f405128fd00abe9b","est_repairs":1000.25,"est_rent":3150,"assumptions":{},"created_at":"2026-11-22T03:13:37.299807Z","updated_at":"2026-11-22T03:13:37.299807Z"}}','ff408551d5c04c5800483da5e1cc4235f65ca52f5864fe22307d2c32e282ac96');
INSERT INTO "audit_events" VALUES(14,'ev_01a2013eb8180147668dc693697b4179','2026-11-22T03:13:37.303647Z','root','api','partner.changed','partner','p_01a2013eb7ce72261cf214b474af6374','done',NULL,'d7385c7f607a0a20','{"status": {"before": "active", "after": "paused"}, "tags": {"before": ["quick", "cash"], "after": ["quick"]}}','f46178143b4cb1b092a9aea1ef7923094a75dd634b581d39edcdc1a26b5828c0');
INSERT INTO "audit_events" VALUES(15,'ev_01a2013eb8ad7bcbd5c0572819dc72c2','2026-11-22T03:13:37.452921Z','dana','cli','token.created','token','office-toronto','done',NULL,NULL,'{"role": {"before": null, "after": "operator"}}','cfc67a7c02daaab6c97d9d6b5eaa6605582732077a42589b7bd14317405e589c');
INSERT INTO "audit_events" VALUES(16,'ev_01a2013eb8b6711cdadea5ab3130bf46','2026-11-22T03:13:37.461985Z','dana','cli','token.created','token','gone','done',NULL,NULL,'{"role": {"before": null, "after": "viewer"}}','95b10dffd6715a7425b58b6ceab97f2afe2536facf0198ae62cb7b51373bdca6');
INSERT INTO "audit_events" VALUES(17,'ev_01a2013eb8b702ff7da6d663f777b751','2026-11-22T03:13:37.463046Z','dana','cli','token.revoked','token','gone','done',NULL,NULL,'{"revoked_at": {"before": null, "after": "2026-11-22T03:13:37.463046Z"}}','91a0ba6d04953190c34dc5743433ac6e0c2aafd53b5c90ef25130ee03ea19d1d');
CREATE TABLE comps (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	doc TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
INSERT INTO "comps" VALUES(1,'pr_01a2013eb8064434f405128fd00abe9b','{"property_id":"pr_01a2013eb8064434f405128fd00abe9b","radius_km":1.5,"beds":3,"baths":null,"notes":"no sales are loaded, so there is nothing to compare this property with","created_at":"2026-11-22T03:13:37.296109Z","updated_at":"2026-11-22T03:13:37.296109Z","ok":true,"comps":[],"message":"no sales are loaded, so there is nothing to compare this property with"}');
CREATE TABLE deals (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	doc TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
INSERT INTO "deals" VALUES(1,'deal_01a2013eb7c4f737ddf73a8c628bf812','{"id":"deal_01a2013eb7c4f737ddf73a8c628bf812","name":"114 Elm Street","status":"lead","strategy":null,"address":null,"property_id":null,"price":412000,"arv":null,"est_repairs":68500.5,"est_rent":null,"currency":"CAD","offer_date":null,"contract_date":null,"close_date":null,"notes":null,"tags":["off-market"],"meta":{},"created_at":"2026-11-22T03:13:37.220504Z","updated_at":"2026-11-22T03:13:37.220504Z"}');
CREATE TABLE drafts (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	doc TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
INSERT INTO "drafts" VALUES(1,'dr_01a2013eb7f63874cf3ca6735d01132d','{"id":"dr_01a2013eb7f63874cf3ca6735d01132d","channel":"sms","status":"sent","to":"416-555-0123","subject":null,"body":"Still looking?\nCall me.","deal_id":"deal_01a2013eb7c4f737ddf73a8c628bf812","contact_id":null,"tone":null,"tags":[],"meta":{},"created_at":"2026-11-22T03:13:37.270728Z","updated_at":"2026-11-22T03:13:37.278278Z","to_e164":"+14165550123","sent_at":"2026-11-22T03:13:37.278278Z"}');
INSERT INTO "drafts" VALUES(2,'dr_01a2013eb7fa4e9e3c936867f5ac1552','{"id":"dr_01a2013eb7fa4e9e3c936867f5ac1552","channel":"letter","status":"draft","to":null,"subject":null,"body":"Dear Dana","deal_id":null,"contact_id":null,"tone":null,"tags":["slow"],"meta":{"big":4611686018427387904,"deep":[{"a":null}]},"created_at":"2026-11-22T03:13:37.274344Z","updated_at":"2026-11-22T03:13:37.274344Z","to_e164":null,"sent_at":null}');
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
INSERT INTO "idempotency_keys" VALUES('root /core/deals','key-1','7964821c1936f1d03b7981c0ced19fd0',201,'{"id":"deal_01a2013eb7c4f737ddf73a8c628bf812","name":"114 Elm Street","status":"lead","strategy":null,"address":null,"property_id":null,"price":412000,"arv":null,"est_repairs":68500.5,"est_rent":null,"currency":"CAD","offer_date":null,"contract_date":null,"close_date":null,"notes":null,"tags":["off-market"],"meta":{},"created_at":"2026-11-22T03:13:37.220504Z","updated_at":"2026-11-22T03:13:37.220504Z"}','"8f40761aca9132228dfaff9b"','2026-11-22T03:13:37.220504Z');
INSERT INTO "idempotency_keys" VALUES('root /core/jv/partners','key-2','ffb004c164993787a7c07db30034e2d4',201,'{"id":"p_01a2013eb7ce72261cf214b474af6374","name":"Maple Street Capital – Überbrückung 桜","role":"lender","status":"active","email":null,"phone":null,"country":"CA","notes":null,"tags":["quick","cash"],"meta":{},"created_at":"2026-11-22T03:13:37.230471Z","updated_at":"2026-11-22T03:13:37.230471Z","phone_e164":null}','"43dc65e02d7476affeb89fba"','2026-11-22T03:13:37.230471Z');
INSERT INTO "idempotency_keys" VALUES('root /core/jv/partners','key-3','e91709d3d5d1cac3123ac1ca6e6bb37a',201,'{"id":"p_01a2013eb7d2078578b7c5bd3a7c679f","name":"A builder","role":"gc","status":"active","email":null,"phone":"416-555-0123","country":"CA","notes":"=1+1","tags":[],"meta":{"rate":1.5e-7},"created_at":"2026-11-22T03:13:37.257730Z","updated_at":"2026-11-22T03:13:37.257730Z","phone_e164":"+14165550123"}','"00f079948a3b75f12a9026e0"','2026-11-22T03:13:37.257730Z');
INSERT INTO "idempotency_keys" VALUES('root /core/jv/links','key-4','697e41ca447ad50801dcc058a279ce5b',201,'{"id":"lnk_01a2013eb7f210004f429c0d4a669fe9","partner_id":"p_01a2013eb7ce72261cf214b474af6374","deal_id":"deal_01a2013eb7c4f737ddf73a8c628bf812","relationship":"JV","split_notes":"50/50","status":"active","meta":{},"created_at":"2026-11-22T03:13:37.266753Z","updated_at":"2026-11-22T03:13:37.266753Z"}','"4bc1a78144e8963bb63074fb"','2026-11-22T03:13:37.266753Z');
INSERT INTO "idempotency_keys" VALUES('root /core/comms/drafts','key-5','72518dfaecb6d165d7fef24a4ee894fe',201,'{"id":"dr_01a2013eb7f63874cf3ca6735d01132d","channel":"sms","status":"draft","to":"416-555-0123","subject":null,"body":"Still looking?\nCall me.","deal_id":"deal_01a2013eb7c4f737ddf73a8c628bf812","contact_id":null,"tone":null,"tags":[],"meta":{},"created_at":"2026-11-22T03:13:37.270728Z","updated_at":"2026-11-22T03:13:37.270728Z","to_e164":"+14165550123","sent_at":null}','"d33d93d4c7ff13610bf1f9aa"','2026-11-22T03:13:37.270728Z');
INSERT INTO "idempotency_keys" VALUES('root /core/comms/drafts','key-6','93b1c9bb7ccd5d24d952fd9829f9fbfe',201,'{"id":"dr_01a2013eb7fa4e9e3c936867f5ac1552","channel":"letter","status":"draft","to":null,"subject":null,"body":"Dear Dana","deal_id":null,"contact_id":null,"tone":null,"tags":["slow"],"meta":{"big":4611686018427387904,"deep":[{"a":null}]},"created_at":"2026-11-22T03:13:37.274344Z","updated_at":"2026-11-22T03:13:37.274344Z","to_e164":null,"sent_at":null}','"a53f8ff6fcd67de493e32421"','2026-11-22T03:13:37.274344Z');
INSERT INTO "idempotency_keys" VALUES('root /core/property/properties','key-7','939f7ecfdacd3aba556e42eaec152d37',201,'{"id":"pr_01a2013eb8064434f405128fd00abe9b","address":"12 Oak Ave","country":"CA","region":"ON","city":"Hamilton","postal":null,"status":"tracked","deal_id":null,"beds":null,"baths":null,"sqft":null,"lot_sqft":null,"year_built":null,"latitude":43.25,"longitude":-79.87,"tags":[],"meta":{},"created_at":"2026-11-22T03:13:37.285745Z","updated_at":"2026-11-22T03:13:37.285745Z","address_key":"12 oak ave","import_key":null}','"4479f4c184e6bd303ccc65cb"','2026-11-22T03:13:37.285745Z');
INSERT INTO "idempotency_keys" VALUES('root /core/property/properties/pr_01a2013eb8064434f405128fd00abe9b/neighborhood_rating','key-8','848d6bebe21ec2bcf5dc6d32e1a2603f',200,'{"property_id":"pr_01a2013eb8064434f405128fd00abe9b","score":71,"notes":"quiet","factors":{},"created_at":"2026-11-22T03:13:37.292331Z","updated_at":"2026-11-22T03:13:37.292331Z"}','"1b41f8b2354780e3cabc3bf3"','2026-11-22T03:13:37.292331Z');
INSERT INTO "idempotency_keys" VALUES('root /core/property/comps','key-9','6beffddde880f4e2ab296c841cd87011',200,'{"property_id":"pr_01a2013eb8064434f405128fd00abe9b","radius_km":1.5,"beds":3,"baths":null,"notes":"no sales are loaded, so there is nothing to compare this property with","created_at":"2026-11-22T03:13:37.296109Z","updated_at":"2026-11-22T03:13:37.296109Z","ok":true,"comps":[],"message":"no sales are loaded, so there is nothing to compare this property with"}','"7a1b28b2f4303d78f34a22f8"','2026-11-22T03:13:37.296109Z');
INSERT INTO "idempotency_keys" VALUES('root /core/property/properties/pr_01a2013eb8064434f405128fd00abe9b/repair_rent','key-10','7bf4f4a8b851ab00d910cfac03a38724',200,'{"property_id":"pr_01a2013eb8064434f405128fd00abe9b","est_repairs":1000.25,"est_rent":3150,"assumptions":{},"created_at":"2026-11-22T03:13:37.299807Z","updated_at":"2026-11-22T03:13:37.299807Z"}','"ffe8cb74b6703f3eeb1bf829"','2026-11-22T03:13:37.299807Z');
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
INSERT INTO "links" VALUES(1,'lnk_01a2013eb7f210004f429c0d4a669fe9','{"id":"lnk_01a2013eb7f210004f429c0d4a669fe9","partner_id":"p_01a2013eb7ce72261cf214b474af6374","deal_id":"deal_01a2013eb7c4f737ddf73a8c628bf812","relationship":"JV","split_notes":"50/50","status":"active","meta":{},"created_at":"2026-11-22T03:13:37.266753Z","updated_at":"2026-11-22T03:13:37.266753Z"}');
CREATE TABLE partners (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	doc TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
INSERT INTO "partners" VALUES(1,'p_01a2013eb7ce72261cf214b474af6374','{"id":"p_01a2013eb7ce72261cf214b474af6374","name":"Maple Street Capital – Überbrückung 桜","role":"lender","status":"paused","email":null,"phone":null,"country":"CA","notes":null,"tags":["quick"],"meta":{},"created_at":"2026-11-22T03:13:37.230471Z","updated_at":"2026-11-22T03:13:37.303647Z","phone_e164":null}');
INSERT INTO "partners" VALUES(2,'p_01a2013eb7d2078578b7c5bd3a7c679f','{"id":"p_01a2013eb7d2078578b7c5bd3a7c679f","name":"A builder","role":"gc","status":"active","email":null,"phone":"416-555-0123","country":"CA","notes":"=1+1","tags":[],"meta":{"rate":1.5e-7},"created_at":"2026-11-22T03:13:37.257730Z","updated_at":"2026-11-22T03:13:37.257730Z","phone_e164":"+14165550123"}');
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
INSERT INTO "properties" VALUES(1,'pr_01a2013eb8064434f405128fd00abe9b','{"id":"pr_01a2013eb8064434f405128fd00abe9b","address":"12 Oak Ave","country":"CA","region":"ON","city":"Hamilton","postal":null,"status":"tracked","deal_id":null,"beds":null,"baths":null,"sqft":null,"lot_sqft":null,"year_built":null,"latitude":43.25,"longitude":-79.87,"tags":[],"meta":{},"created_at":"2026-11-22T03:13:37.285745Z","updated_at":"2026-11-22T03:13:37.285745Z","address_key":"12 oak ave","import_key":null}');
CREATE TABLE ratings (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	doc TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
INSERT INTO "ratings" VALUES(1,'pr_01a2013eb8064434f405128fd00abe9b','{"property_id":"pr_01a2013eb8064434f405128fd00abe9b","score":71,"notes":"quiet","factors":{},"created_at":"2026-11-22T03:13:37.292331Z","updated_at":"2026-11-22T03:13:37.292331Z"}');
CREATE TABLE repair_rent (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	doc TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
INSERT INTO "repair_rent" VALUES(1,'pr_01a2013eb8064434f405128fd00abe9b','{"property_id":"pr_01a2013eb8064434f405128fd00abe9b","est_repairs":1000.25,"est_rent":3150,"assumptions":{},"created_at":"2026-11-22T03:13:37.299807Z","updated_at":"2026-11-22T03:13:37.299807Z"}');
CREATE TABLE sendlog (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	doc TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
INSERT INTO "sendlog" VALUES(1,'sl_01a2013eb7fe72dd711e51300f27b76b','{"id":"sl_01a2013eb7fe72dd711e51300f27b76b","created_at":"2026-11-22T03:13:37.278278Z","updated_at":"2026-11-22T03:13:37.278278Z","draft_id":"dr_01a2013eb7f63874cf3ca6735d01132d","channel":"sms","to":"416-555-0123","to_e164":"+14165550123","subject":null,"body":"Still looking?\nCall me.","deal_id":"deal_01a2013eb7c4f737ddf73a8c628bf812","contact_id":null,"provider":"twilio","provider_ref":"SM42","sent_at":"2026-11-22T03:13:37.278278Z","meta":{}}');
CREATE TABLE store_state (
	"key" TEXT NOT NULL, 
	value TEXT NOT NULL, 
	PRIMARY KEY ("key")
);
INSERT INTO "store_state" VALUES('audit_head','17 91a0ba6d04953190c34dc5743433ac6e0c2aafd53b5c90ef25130ee03ea19d1d');
INSERT INTO "store_state" VALUES('adopted_at','2026-11-22T03:13:37.066298Z');
INSERT INTO "store_state" VALUES('store_id','store_01a2013eb72abd197df701eb46583a38');
INSERT INTO "store_state" VALUES('job:idempotency-keys','{"begun": "2026-11-22T03:13:37.088955Z", "done": "2026-11-22T03:13:37.092833Z", "failed": null}');
INSERT INTO "store_state" VALUES('job:leases','{"begun": "2026-11-22T03:13:37.116363Z", "done": "2026-11-22T03:13:37.121557Z", "failed": null}');
INSERT INTO "store_state" VALUES('job:audit-chain','{"begun": "2026-11-22T03:13:37.155616Z", "done": "2026-11-22T03:13:37.158290Z", "failed": null}');
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
