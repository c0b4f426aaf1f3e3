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
INSERT INTO "access_tokens" VALUES('office-toronto','e31638e9d9d8493984d49725258fe0fc91612fea67a0b085b219d8b0fa8e702e','operator','2026-11-22T02:24:55.190714Z',NULL);
INSERT INTO "access_tokens" VALUES('gone','4bf2bda416bfd2207657082823a2858c08a59df85895e9be64138484d05c3bbd','viewer','2026-11-22T02:24:55.191884Z','2026-11-22T02:24:55.192307Z');
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
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
	changes TEXT NOT NULL, 
	xact BIGINT, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
INSERT INTO "audit_events" VALUES(1,'ev_01a20112203b8cae87cf0f7de091b313','2026-11-22T02:24:54.843008Z','root','job','store.adopted','store',NULL,'done',NULL,'adoption','{"records": {"before": null, "after": {}}, "refused": {"before": null, "after": 0}, "refused_kept_in": {"before": null, "after": null}}',NULL);
INSERT INTO "audit_events" VALUES(2,'ev_01a2011220be115d9ef3ff6fcdc69eae','2026-11-22T02:24:54.973857Z','root','api','deal.created','deal','deal_01a2011220bd72b1847d6a308483f08f','done',NULL,'380b352350a16d18','{"*":{"id":"deal_01a2011220bd72b1847d6a308483f08f","name":"114 Elm Street","status":"lead","strategy":null,"address":null,"property_id":null,"price":412000,"arv":null,"est_repairs":68500.5,"est_rent":null,"currency":"CAD","offer_date":null,"contract_date":null,"close_date":null,"notes":null,"tags":["off-market"],"meta":{},"created_at":"2026-11-22T02:24:54.973857Z","updated_at":"2026-11-22T02:24:54.973857Z"}}',NULL);
INSERT INTO "audit_events" VALUES(3,'ev_01a2011220c3d022bb588f7672f13c74','2026-11-22T02:24:54.979242Z','root','api','partner.created','partner','p_01a2011220c341879aeb9c25c4f0b747','done',NULL,'205140606a9e97c3','{"*":{"id":"p_01a2011220c341879aeb9c25c4f0b747","name":"Maple Street Capital – Überbrückung 桜","role":"lender","status":"active","email":null,"phone":null,"country":"CA","notes":null,"tags":["quick","cash"],"meta":{},"created_at":"2026-11-22T02:24:54.979242Z","updated_at":"2026-11-22T02:24:54.979242Z","phone_e164":null}}',NULL);
INSERT INTO "audit_events" VALUES(4,'ev_01a2011220dcb10eecce431ea9ee04b3','2026-11-22T02:24:55.004398Z','root','api','partner.created','partner','p_01a2011220c626010cc616503651a569','done',NULL,'06ae99747a75c774','{"*":{"id":"p_01a2011220c626010cc616503651a569","name":"A builder","role":"gc","status":"active","email":null,"phone":"416-555-0123","country":"CA","notes":"=1+1","tags":[],"meta":{"rate":1.5e-7},"created_at":"2026-11-22T02:24:55.004398Z","updated_at":"2026-11-22T02:24:55.004398Z","phone_e164":"+14165550123"}}',NULL);
INSERT INTO "audit_events" VALUES(5,'ev_01a2011220e04cfe6b93e7b559835429','2026-11-22T02:24:55.008397Z','root','api','link.created','link','lnk_01a2011220e0a7a1d2d7e7120d8636ad','done',NULL,'301d32b0becf8dea','{"*":{"id":"lnk_01a2011220e0a7a1d2d7e7120d8636ad","partner_id":"p_01a2011220c341879aeb9c25c4f0b747","deal_id":"deal_01a2011220bd72b1847d6a308483f08f","relationship":"JV","split_notes":"50/50","status":"active","meta":{},"created_at":"2026-11-22T02:24:55.008397Z","updated_at":"2026-11-22T02:24:55.008397Z"}}',NULL);
INSERT INTO "audit_events" VALUES(6,'ev_01a2011220e4727a2d6cfdd13cfea85d','2026-11-22T02:24:55.012074Z','root','api','draft.created','draft','dr_01a2011220e3cc9013a9d67bf09d86fc','done',NULL,'d1cc8c4585f728c7','{"*":{"id":"dr_01a2011220e3cc9013a9d67bf09d86fc","channel":"sms","status":"draft","to":"416-555-0123","subject":null,"body":"Still looking?\nCall me.","deal_id":"deal_01a2011220bd72b1847d6a308483f08f","contact_id":null,"tone":null,"tags":[],"meta":{},"created_at":"2026-11-22T02:24:55.012074Z","updated_at":"2026-11-22T02:24:55.012074Z","to_e164":"+14165550123","sent_at":null}}',NULL);
INSERT INTO "audit_events" VALUES(7,'ev_01a2011220e70fb711d871dc98c682a3','2026-11-22T02:24:55.014949Z','root','api','draft.created','draft','dr_01a2011220e622de5fbe55de8242fa8c','done',NULL,'ec384b83f9529def','{"*":{"id":"dr_01a2011220e622de5fbe55de8242fa8c","channel":"letter","status":"draft","to":null,"subject":null,"body":"Dear Dana","deal_id":null,"contact_id":null,"tone":null,"tags":["slow"],"meta":{"big":4611686018427387904,"deep":[{"a":null}]},"created_at":"2026-11-22T02:24:55.014949Z","updated_at":"2026-11-22T02:24:55.014949Z","to_e164":null,"sent_at":null}}',NULL);
INSERT INTO "audit_events" VALUES(8,'ev_01a2011220efb78005ad5c895419c7e5','2026-11-22T02:24:55.023550Z','root','api','send-log entry.created','send-log entry','sl_01a2011220ef5e6ed5a676983ad1045c','done',NULL,'d1f9941212723589','{"*":{"id":"sl_01a2011220ef5e6ed5a676983ad1045c","created_at":"2026-11-22T02:24:55.023550Z","updated_at":"2026-11-22T02:24:55.023550Z","draft_id":"dr_01a2011220e3cc9013a9d67bf09d86fc","channel":"sms","to":"416-555-0123","to_e164":"+14165550123","subject":null,"body":"Still looking?\nCall me.","deal_id":"deal_01a2011220bd72b1847d6a308483f08f","contact_id":null,"provider":"twilio","provider_ref":"SM42","sent_at":"2026-11-22T02:24:55.023550Z","meta":{}}}',NULL);
INSERT INTO "audit_events" VALUES(9,'ev_01a2011220f0d66d730a180622f885fe','2026-11-22T02:24:55.023550Z','root','api','draft.sent','draft','dr_01a2011220e3cc9013a9d67bf09d86fc','done',NULL,'d1f9941212723589','{"status": {"before": "draft", "after": "sent"}, "sent_at": {"before": null, "after": "2026-11-22T02:24:55.023550Z"}}',NULL);
INSERT INTO "audit_events" VALUES(10,'ev_01a2011220f69622883eac40b67c3de5','2026-11-22T02:24:55.030758Z','root','api','PATCH /core/comms/drafts/dr_01a2011220e3cc9013a9d67bf09d86fc','draft','dr_01a2011220e3cc9013a9d67bf09d86fc','refused','409 body cannot change: this draft was sent, and the send log says with which words','c37f928f558bee27','{}',NULL);
INSERT INTO "audit_events" VALUES(11,'ev_01a2011220f9b6ec9fe5403941b79cf0','2026-11-22T02:24:55.032428Z','root','api','property.created','property','pr_01a2011220f85161a5bf6b10bac5f979','done',NULL,'1e9a50f505b30f87','{"*":{"id":"pr_01a2011220f85161a5bf6b10bac5f979","address":"12 Oak Ave","country":"CA","region":"ON","city":"Hamilton","postal":null,"status":"tracked","deal_id":null,"beds":null,"baths":null,"sqft":null,"lot_sqft":null,"year_built":null,"latitude":43.25,"longitude":-79.87,"tags":[],"meta":{},"created_at":"2026-11-22T02:24:55.032428Z","updated_at":"2026-11-22T02:24:55.032428Z","address_key":"12 oak ave","import_key":null}}',NULL);
INSERT INTO "audit_events" VALUES(12,'ev_01a2011220fdf84d55d1c2dcbb2c365d','2026-11-22T02:24:55.036918Z','root','api','rating.created','rating','pr_01a2011220f85161a5bf6b10bac5f979','done',NULL,'b159ba8c40e46211','{"*":{"property_id":"pr_01a2011220f85161a5bf6b10bac5f979","score":71,"notes":"quiet","factors":{},"created_at":"2026-11-22T02:24:55.036918Z","updated_at":"2026-11-22T02:24:55.036918Z"}}',NULL);
INSERT INTO "audit_events" VALUES(13,'ev_01a2011220ff8839dc91e780f0ea7264','2026-11-22T02:24:55.039689Z','root','api','comps.created','comps','pr_01a2011220f85161a5bf6b10bac5f979','done',NULL,'dc76d2f6016b4e4a','{"*":{"property_id":"pr_01a2011220f85161a5bf6b10bac5f979","radius_km":1.5,"beds":3,"baths":null,"notes":"no sales are loaded, so there is nothing to compare this property with","created_at":"2026-11-22T02:24:55.039689Z","updated_at":"2026-11-22T02:24:55.039689Z","ok":true,"comps":[],"message":"no sales are loaded, so there is nothing to compare this property with"}}',NULL);
INSERT INTO "audit_events" VALUES(14,'ev_01a20112210289eb777ff06fae2fd31f','2026-11-22T02:24:55.042741Z','root','api','repair-rent estimate.created','repair-rent estimate','pr_01a2011220f85161a5bf6b10bac5f979','done',NULL,'fcd468c27d19b642','{"*":{"property_id":"pr_01a2011220f85161a5bf6b10bac5f979","est_repairs":1000.25,"est_rent":3150,"assumptions":{},"created_at":"2026-11-22T02:24:55.042741Z","updated_at":"2026-11-22T02:24:55.042741Z"}}',NULL);
INSERT INTO "audit_events" VALUES(15,'ev_01a201122106c5a0f1177e03a6c29620','2026-11-22T02:24:55.045806Z','root','api','partner.changed','partner','p_01a2011220c341879aeb9c25c4f0b747','done',NULL,'3d378e9761f84613','{"status": {"before": "active", "after": "paused"}, "tags": {"before": ["quick", "cash"], "after": ["quick"]}}',NULL);
INSERT INTO "audit_events" VALUES(16,'ev_01a201122197bbe880f4d53cbc9fc01a','2026-11-22T02:24:55.190714Z','dana','cli','token.created','token','office-toronto','done',NULL,NULL,'{"role": {"before": null, "after": "operator"}}',NULL);
INSERT INTO "audit_events" VALUES(17,'ev_01a2011221979c3466e3fe62a18bcb79','2026-11-22T02:24:55.191884Z','dana','cli','token.created','token','gone','done',NULL,NULL,'{"role": {"before": null, "after": "viewer"}}',NULL);
INSERT INTO "audit_events" VALUES(18,'ev_01a201122198f884410f1c846f2fec38','2026-11-22T02:24:55.192307Z','dana','cli','token.revoked','token','gone','done',NULL,NULL,'{"revoked_at": {"before": null, "after": "2026-11-22T02:24:55.192307Z"}}',NULL);
CREATE TABLE comps (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	doc TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
INSERT INTO "comps" VALUES(1,'pr_01a2011220f85161a5bf6b10bac5f979','{"property_id":"pr_01a2011220f85161a5bf6b10bac5f979","radius_km":1.5,"beds":3,"baths":null,"notes":"no sales are loaded, so there is nothing to compare this property with","created_at":"2026-11-22T02:24:55.039689Z","updated_at":"2026-11-22T02:24:55.039689Z","ok":true,"comps":[],"message":"no sales are loaded, so there is nothing to compare this property with"}');
CREATE TABLE deals (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	doc TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
INSERT INTO "deals" VALUES(1,'deal_01a2011220bd72b1847d6a308483f08f','{"id":"deal_01a2011220bd72b1847d6a308483f08f","name":"114 Elm Street","status":"lead","strategy":null,"address":null,"property_id":null,"price":412000,"arv":null,"est_repairs":68500.5,"est_rent":null,"currency":"CAD","offer_date":null,"contract_date":null,"close_date":null,"notes":null,"tags":["off-market"],"meta":{},"created_at":"2026-11-22T02:24:54.973857Z","updated_at":"2026-11-22T02:24:54.973857Z"}');
CREATE TABLE drafts (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	doc TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
INSERT INTO "drafts" VALUES(1,'dr_01a2011220e3cc9013a9d67bf09d86fc','{"id":"dr_01a2011220e3cc9013a9d67bf09d86fc","channel":"sms","status":"sent","to":"416-555-0123","subject":null,"body":"Still looking?\nCall me.","deal_id":"deal_01a2011220bd72b1847d6a308483f08f","contact_id":null,"tone":null,"tags":[],"meta":{},"created_at":"2026-11-22T02:24:55.012074Z","updated_at":"2026-11-22T02:24:55.023550Z","to_e164":"+14165550123","sent_at":"2026-11-22T02:24:55.023550Z"}');
INSERT INTO "drafts" VALUES(2,'dr_01a2011220e622de5fbe55de8242fa8c','{"id":"dr_01a2011220e622de5fbe55de8242fa8c","channel":"letter","status":"draft","to":null,"subject":null,"body":"Dear Dana","deal_id":null,"contact_id":null,"tone":null,"tags":["slow"],"meta":{"big":4611686018427387904,"deep":[{"a":null}]},"created_at":"2026-11-22T02:24:55.014949Z","updated_at":"2026-11-22T02:24:55.014949Z","to_e164":null,"sent_at":null}');
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
INSERT INTO "idempotency_keys" VALUES('root /core/deals','key-1','7964821c1936f1d03b7981c0ced19fd0',201,'{"id":"deal_01a2011220bd72b1847d6a308483f08f","name":"114 Elm Street","status":"lead","strategy":null,"address":null,"property_id":null,"price":412000,"arv":null,"est_repairs":68500.5,"est_rent":null,"currency":"CAD","offer_date":null,"contract_date":null,"close_date":null,"notes":null,"tags":["off-market"],"meta":{},"created_at":"2026-11-22T02:24:54.973857Z","updated_at":"2026-11-22T02:24:54.973857Z"}','"fcda891a3ee0593963c2f602"','2026-11-22T02:24:54.973857Z');
INSERT INTO "idempotency_keys" VALUES('root /core/jv/partners','key-2','ffb004c164993787a7c07db30034e2d4',201,'{"id":"p_01a2011220c341879aeb9c25c4f0b747","name":"Maple Street Capital – Überbrückung 桜","role":"lender","status":"active","email":null,"phone":null,"country":"CA","notes":null,"tags":["quick","cash"],"meta":{},"created_at":"2026-11-22T02:24:54.979242Z","updated_at":"2026-11-22T02:24:54.979242Z","phone_e164":null}','"a489a7b394cbd5aebd2f701c"','2026-11-22T02:24:54.979242Z');
INSERT INTO "idempotency_keys" VALUES('root /core/jv/partners','key-3','e91709d3d5d1cac3123ac1ca6e6bb37a',201,'{"id":"p_01a2011220c626010cc616503651a569","name":"A builder","role":"gc","status":"active","email":null,"phone":"416-555-0123","country":"CA","notes":"=1+1","tags":[],"meta":{"rate":1.5e-7},"created_at":"2026-11-22T02:24:55.004398Z","updated_at":"2026-11-22T02:24:55.004398Z","phone_e164":"+14165550123"}','"04533bf8492a539bfb6e11e7"','2026-11-22T02:24:55.004398Z');
INSERT INTO "idempotency_keys" VALUES('root /core/jv/links','key-4','ecbb4a4e5eecf9d0393282d4b412603c',201,'{"id":"lnk_01a2011220e0a7a1d2d7e7120d8636ad","partner_id":"p_01a2011220c341879aeb9c25c4f0b747","deal_id":"deal_01a2011220bd72b1847d6a308483f08f","relationship":"JV","split_notes":"50/50","status":"active","meta":{},"created_at":"2026-11-22T02:24:55.008397Z","updated_at":"2026-11-22T02:24:55.008397Z"}','"22b31773a7d7c56ab1d2619c"','2026-11-22T02:24:55.008397Z');
INSERT INTO "idempotency_keys" VALUES('root /core/comms/drafts','key-5','d33432f378690243a33883946c17f799',201,'{"id":"dr_01a2011220e3cc9013a9d67bf09d86fc","channel":"sms","status":"draft","to":"416-555-0123","subject":null,"body":"Still looking?\nCall me.","deal_id":"deal_01a2011220bd72b1847d6a308483f08f","contact_id":null,"tone":null,"tags":[],"meta":{},"created_at":"2026-11-22T02:24:55.012074Z","updated_at":"2026-11-22T02:24:55.012074Z","to_e164":"+14165550123","sent_at":null}','"4431c96fa91f11915cbc22c0"','2026-11-22T02:24:55.012074Z');
INSERT INTO "idempotency_keys" VALUES('root /core/comms/drafts','key-6','93b1c9bb7ccd5d24d952fd9829f9fbfe',201,'{"id":"dr_01a2011220e622de5fbe55de8242fa8c","channel":"letter","status":"draft","to":null,"subject":null,"body":"Dear Dana","deal_id":null,"contact_id":null,"tone":null,"tags":["slow"],"meta":{"big":4611686018427387904,"deep":[{"a":null}]},"created_at":"2026-11-22T02:24:55.014949Z","updated_at":"2026-11-22T02:24:55.014949Z","to_e164":null,"sent_at":null}','"6eb880f6541dd82c81ea8991"','2026-11-22T02:24:55.014949Z');
INSERT INTO "idempotency_keys" VALUES('root /core/property/properties','key-7','939f7ecfdacd3aba556e42eaec152d37',201,'{"id":"pr_01a2011220f85161a5bf6b10bac5f979","address":"12 Oak Ave","country":"CA","region":"ON","city":"Hamilton","postal":null,"status":"tracked","deal_id":null,"beds":null,"baths":null,"sqft":null,"lot_sqft":null,"year_built":null,"latitude":43.25,"longitude":-79.87,"tags":[],"meta":{},"created_at":"2026-11-22T02:24:55.032428Z","updated_at":"2026-11-22T02:24:55.032428Z","address_key":"12 oak ave","import_key":null}','"fd0691320afa204602d2a3f3"','2026-11-22T02:24:55.032428Z');
INSERT INTO "idempotency_keys" VALUES('root /core/property/properties/pr_01a2011220f85161a5bf6b10bac5f979/neighborhood_rating','key-8','848d6bebe21ec2bcf5dc6d32e1a2603f',200,'{"property_id":"pr_01a2011220f85161a5bf6b10bac5f979","score":71,"notes":"quiet","factors":{},"created_at":"2026-11-22T02:24:55.036918Z","updated_at":"2026-11-22T02:24:55.036918Z"}','"5ec19e60719e8990a59e023c"','2026-11-22T02:24:55.036918Z');
INSERT INTO "idempotency_keys" VALUES('root /core/property/comps','key-9','d6f97d426573527f3637297eff1875a4',200,'{"property_id":"pr_01a2011220f85161a5bf6b10bac5f979","radius_km":1.5,"beds":3,"baths":null,"notes":"no sales are loaded, so there is nothing to compare this property with","created_at":"2026-11-22T02:24:55.039689Z","updated_at":"2026-11-22T02:24:55.039689Z","ok":true,"comps":[],"message":"no sales are loaded, so there is nothing to compare this property with"}','"95e6df01984970ae09bb93a9"','2026-11-22T02:24:55.039689Z');
INSERT INTO "idempotency_keys" VALUES('root /core/property/properties/pr_01a2011220f85161a5bf6b10bac5f979/repair_rent','key-10','7bf4f4a8b851ab00d910cfac03a38724',200,'{"property_id":"pr_01a2011220f85161a5bf6b10bac5f979","est_repairs":1000.25,"est_rent":3150,"assumptions":{},"created_at":"2026-11-22T02:24:55.042741Z","updated_at":"2026-11-22T02:24:55.042741Z"}','"52e4abe0babb80ad06576cfb"','2026-11-22T02:24:55.042741Z');
CREATE TABLE links (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	doc TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
INSERT INTO "links" VALUES(1,'lnk_01a2011220e0a7a1d2d7e7120d8636ad','{"id":"lnk_01a2011220e0a7a1d2d7e7120d8636ad","partner_id":"p_01a2011220c341879aeb9c25c4f0b747","deal_id":"deal_01a2011220bd72b1847d6a308483f08f","relationship":"JV","split_notes":"50/50","status":"active","meta":{},"created_at":"2026-11-22T02:24:55.008397Z","updated_at":"2026-11-22T02:24:55.008397Z"}');
CREATE TABLE partners (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	doc TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
INSERT INTO "partners" VALUES(1,'p_01a2011220c341879aeb9c25c4f0b747','{"id":"p_01a2011220c341879aeb9c25c4f0b747","name":"Maple Street Capital – Überbrückung 桜","role":"lender","status":"paused","email":null,"phone":null,"country":"CA","notes":null,"tags":["quick"],"meta":{},"created_at":"2026-11-22T02:24:54.979242Z","updated_at":"2026-11-22T02:24:55.045806Z","phone_e164":null}');
INSERT INTO "partners" VALUES(2,'p_01a2011220c626010cc616503651a569','{"id":"p_01a2011220c626010cc616503651a569","name":"A builder","role":"gc","status":"active","email":null,"phone":"416-555-0123","country":"CA","notes":"=1+1","tags":[],"meta":{"rate":1.5e-7},"created_at":"2026-11-22T02:24:55.004398Z","updated_at":"2026-11-22T02:24:55.004398Z","phone_e164":"+14165550123"}');
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
INSERT INTO "properties" VALUES(1,'pr_01a2011220f85161a5bf6b10bac5f979','{"id":"pr_01a2011220f85161a5bf6b10bac5f979","address":"12 Oak Ave","country":"CA","region":"ON","city":"Hamilton","postal":null,"status":"tracked","deal_id":null,"beds":null,"baths":null,"sqft":null,"lot_sqft":null,"year_built":null,"latitude":43.25,"longitude":-79.87,"tags":[],"meta":{},"created_at":"2026-11-22T02:24:55.032428Z","updated_at":"2026-11-22T02:24:55.032428Z","address_key":"12 oak ave","import_key":null}');
CREATE TABLE ratings (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	doc TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
INSERT INTO "ratings" VALUES(1,'pr_01a2011220f85161a5bf6b10bac5f979','{"property_id":"pr_01a2011220f85161a5bf6b10bac5f979","score":71,"notes":"quiet","factors":{},"created_at":"2026-11-22T02:24:55.036918Z","updated_at":"2026-11-22T02:24:55.036918Z"}');
CREATE TABLE repair_rent (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	doc TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
INSERT INTO "repair_rent" VALUES(1,'pr_01a2011220f85161a5bf6b10bac5f979','{"property_id":"pr_01a2011220f85161a5bf6b10bac5f979","est_repairs":1000.25,"est_rent":3150,"assumptions":{},"created_at":"2026-11-22T02:24:55.042741Z","updated_at":"2026-11-22T02:24:55.042741Z"}');
CREATE TABLE sendlog (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	doc TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
INSERT INTO "sendlog" VALUES(1,'sl_01a2011220ef5e6ed5a676983ad1045c','{"id":"sl_01a2011220ef5e6ed5a676983ad1045c","created_at":"2026-11-22T02:24:55.023550Z","updated_at":"2026-11-22T02:24:55.023550Z","draft_id":"dr_01a2011220e3cc9013a9d67bf09d86fc","channel":"sms","to":"416-555-0123","to_e164":"+14165550123","subject":null,"body":"Still looking?\nCall me.","deal_id":"deal_01a2011220bd72b1847d6a308483f08f","contact_id":null,"provider":"twilio","provider_ref":"SM42","sent_at":"2026-11-22T02:24:55.023550Z","meta":{}}');
CREATE TABLE store_state (
	"key" TEXT NOT NULL, 
	value TEXT NOT NULL, 
	PRIMARY KEY ("key")
);
INSERT INTO "store_state" VALUES('adopted_at','2026-11-22T02:24:54.843008Z');
INSERT INTO "store_state" VALUES('store_id','store_01a20112203b42a5b2efca315c714095');
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
CREATE INDEX ix_audit_events_xact ON audit_events (xact) WHERE xact IS NOT NULL;
CREATE TRIGGER audit_events_no_update BEFORE UPDATE ON audit_events
        BEGIN SELECT RAISE(ABORT, 'audit events are never edited or deleted'); END;
CREATE TRIGGER audit_events_no_delete BEFORE DELETE ON audit_events
        BEGIN SELECT RAISE(ABORT, 'audit events are never edited or deleted'); END;
CREATE INDEX ix_idempotency_keys_at ON idempotency_keys (at);
COMMIT;
