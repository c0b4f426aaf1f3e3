BEGIN TRANSACTION;
CREATE TABLE access_tokens (
	name TEXT NOT NULL, 
	digest TEXT NOT NULL, 
	role TEXT NOT NULL, 
	created_at TEXT NOT NULL, 
	revoked_at TEXT, owner TEXT, scopes TEXT, expires_at TEXT, used_at TEXT, previous_digest TEXT, previous_until TEXT, lifetime_s BIGINT, 
	PRIMARY KEY (name), 
	UNIQUE (digest)
);
INSERT INTO "access_tokens" VALUES('office-toronto','23e1811f7cef1f808c6680c6a6ed38cd181eff10e2d5df3bfaa78c2405889ec8','operator','2026-11-30T23:49:39.309884Z',NULL,NULL,NULL,'2027-11-30T23:49:39.309884Z',NULL,NULL,NULL,31536000);
INSERT INTO "access_tokens" VALUES('gone','e5e73c245b03627da0ec782c9985853471601a6e4bc14a67109551b70b19ee75','viewer','2026-11-30T23:49:39.312516Z','2026-11-30T23:49:39.313424Z',NULL,NULL,'2027-11-30T23:49:39.312516Z',NULL,NULL,NULL,31536000);
CREATE TABLE account_readings (
	account TEXT NOT NULL, 
	read_until TEXT, 
	began_at TEXT, 
	next_url TEXT, 
	finished_at TEXT, 
	PRIMARY KEY (account)
);
CREATE TABLE agreements (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	doc TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
INSERT INTO "agreements" VALUES(1,'agr_01a22edd3204e2579f7c4f29f6b1f3b9','{"id":"agr_01a22edd3204e2579f7c4f29f6b1f3b9","created_at":"2026-11-30T23:49:37.925831Z","updated_at":"2026-11-30T23:49:37.925831Z","name":"JV 1 p_01a22edd31dd606a08f42bd02577b9a0","deal_ids":["deal_01a22edd31f7e6b9046b713b217a619f"],"currency":"CAD","effective_from":"2023-12-01","terms":{"partners":["p_01a22edd31dd606a08f42bd02577b9a0","p_01a22edd31eb1308d038218c3c244b99"],"promote_partners":["p_01a22edd31eb1308d038218c3c244b99"],"promote_measure":"tier_share","accrues_until":"declaration","tiers":[{"kind":"preferred_return","name":"preferred return","partners":["p_01a22edd31dd606a08f42bd02577b9a0"],"rate_percent":8,"rate_kind":"nominal","compounding":"annual","broken_period":"exponent","base":"outstanding","day_count":"actual/365"},{"kind":"return_of_capital","name":"capital","partners":["p_01a22edd31dd606a08f42bd02577b9a0"]},{"kind":"split","name":"split","portions":[{"share_percent":80,"partners":["p_01a22edd31dd606a08f42bd02577b9a0"]},{"share_percent":20,"partners":["p_01a22edd31eb1308d038218c3c244b99"]}]}]},"note":null,"entry_id":"en_01a22edd3205c55eaf9cb2ff8821fdb6","source_key":"agr_01a22edd3204e2579f7c4f29f6b1f3b9","posted_on":"2026-11-30"}');
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0009');
CREATE TABLE amendments (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	doc TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
INSERT INTO "amendments" VALUES(1,'amd_01a22edd3296824adba504b28aa3a800','{"id":"amd_01a22edd3296824adba504b28aa3a800","created_at":"2026-11-30T23:49:38.070089Z","updated_at":"2026-11-30T23:49:38.070089Z","agreement_id":"agr_01a22edd3204e2579f7c4f29f6b1f3b9","effective_from":"2026-12-01","terms":{"partners":["p_01a22edd31dd606a08f42bd02577b9a0","p_01a22edd31eb1308d038218c3c244b99"],"promote_partners":["p_01a22edd31eb1308d038218c3c244b99"],"promote_measure":"tier_share","accrues_until":"declaration","tiers":[{"kind":"preferred_return","name":"preferred return","partners":["p_01a22edd31dd606a08f42bd02577b9a0"],"rate_percent":8,"rate_kind":"nominal","compounding":"annual","broken_period":"exponent","base":"outstanding","day_count":"actual/365"},{"kind":"return_of_capital","name":"capital","partners":["p_01a22edd31dd606a08f42bd02577b9a0"]},{"kind":"split","name":"split","portions":[{"share_percent":80,"partners":["p_01a22edd31dd606a08f42bd02577b9a0"]},{"share_percent":20,"partners":["p_01a22edd31eb1308d038218c3c244b99"]}]}]},"note":null,"entry_id":"en_01a22edd329623c0c9e849a296f432f4","source_key":"key-10","posted_on":"2026-11-30"}');
CREATE TABLE appraisals (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	doc TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
INSERT INTO "appraisals" VALUES(1,'apr_01a22edd31d528490330aedf508b751e','{"id":"apr_01a22edd31d528490330aedf508b751e","market":"hamilton","property_id":"pr_01a22edd31ae024eba1b1283c753696a","parcel":null,"address":null,"value":540000,"currency":"CAD","date":"2026-01-31","appraiser":null,"source":null,"purpose":null,"notes":null,"meta":{},"created_at":"2026-11-30T23:49:37.877514Z","updated_at":"2026-11-30T23:49:37.877514Z","import_key":null}');
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
INSERT INTO "audit_events" VALUES(1,'ev_01a22edd31509dad8910cf96da11acd5','2026-11-30T23:49:37.743703Z','root','api','deal.created','deal','deal_01a22edd314fccbe5394411a7ec63cef','done',NULL,'38e040cf6dfca3ee','{"*":{"id":"deal_01a22edd314fccbe5394411a7ec63cef","name":"114 Elm Street","status":"lead","strategy":null,"owner":null,"next_action":null,"next_action_date":null,"lost_reason":null,"address":null,"property_id":null,"price":412000,"arv":null,"est_repairs":68500.5,"est_rent":null,"currency":"CAD","offer_date":null,"offer_expiry_date":null,"contract_date":null,"inspection_date":null,"financing_date":null,"close_date":null,"notes":null,"tags":["off-market"],"meta":{},"created_at":"2026-11-30T23:49:37.743703Z","updated_at":"2026-11-30T23:49:37.743703Z","stage_history":[{"status":"lead","at":"2026-11-30T23:49:37.743703Z","by":"root"}]}}','0c737edc7d5e45b435e565b2d41f409e11b3dd424a49b42a026b5c56df9eacc4');
INSERT INTO "audit_events" VALUES(2,'ev_01a22edd315865ba3c9304477d074171','2026-11-30T23:49:37.751119Z','root','api','partner.created','partner','p_01a22edd31576933129cca1602c4b99c','done',NULL,'38c0c1b64ca9cb14','{"*":{"id":"p_01a22edd31576933129cca1602c4b99c","name":"Maple Street Capital – Überbrückung 桜","role":"lender","roles":["lender"],"status":"active","owner":null,"email":null,"phone":null,"country":"CA","language":"en","notes":null,"tags":["quick","cash"],"meta":{},"created_at":"2026-11-30T23:49:37.751119Z","updated_at":"2026-11-30T23:49:37.751119Z","phone_e164":null,"email_normalized":null,"phone_extension":null}}','a27b8f3243cdd11770c3c789fa13d1d268a0eac4129f87b869da786b65c7c0af');
INSERT INTO "audit_events" VALUES(3,'ev_01a22edd31806849c6ba5409889a8fa1','2026-11-30T23:49:37.791803Z','root','api','partner.created','partner','p_01a22edd317fbb30ade9e415f0f450a8','done',NULL,'b8c5a2b713670934','{"*":{"id":"p_01a22edd317fbb30ade9e415f0f450a8","name":"A builder","role":"gc","roles":["gc"],"status":"active","owner":null,"email":null,"phone":"416-555-0123","country":"CA","language":"en","notes":"=1+1","tags":[],"meta":{"rate":1.5e-7},"created_at":"2026-11-30T23:49:37.791803Z","updated_at":"2026-11-30T23:49:37.791803Z","phone_e164":"+14165550123","email_normalized":null,"phone_extension":null}}','4b0cfa0522bd009d2a04bfe0bc797b091bc7f5752b8e0c2d99fa4d0995cf2795');
INSERT INTO "audit_events" VALUES(4,'ev_01a22edd31870670d256d5d247e1b086','2026-11-30T23:49:37.799261Z','root','api','link.created','link','lnk_01a22edd3187e1bcec199698e0b9a6ec','done',NULL,'20f8c85148b04db2','{"*":{"id":"lnk_01a22edd3187e1bcec199698e0b9a6ec","partner_id":"p_01a22edd31576933129cca1602c4b99c","deal_id":"deal_01a22edd314fccbe5394411a7ec63cef","relationship":"JV","split_notes":"50/50","status":"active","meta":{},"created_at":"2026-11-30T23:49:37.799261Z","updated_at":"2026-11-30T23:49:37.799261Z"}}','5d5ba87dfa55cb465fdaeb21321d60a37e06d0717db4252d6769c0ed2867ccee');
INSERT INTO "audit_events" VALUES(5,'ev_01a22edd318d74364be90433056318e9','2026-11-30T23:49:37.804421Z','root','api','draft.created','draft','dr_01a22edd318c9cb8b6852727a57b642f','done',NULL,'28853695671dfb19','{"*":{"id":"dr_01a22edd318c9cb8b6852727a57b642f","channel":"sms","status":"draft","to":"416-555-0123","subject":null,"body":"Still looking?\nCall me.","deal_id":"deal_01a22edd314fccbe5394411a7ec63cef","contact_id":null,"tone":null,"tags":[],"meta":{},"created_at":"2026-11-30T23:49:37.804421Z","updated_at":"2026-11-30T23:49:37.804421Z","to_e164":"+14165550123","sent_at":null,"to_email":null,"to_extension":null,"delivery_id":null}}','5978c46386b8455dd3af731492e4d0769077fe9ec11421bf110ac189ce33a8fe');
INSERT INTO "audit_events" VALUES(6,'ev_01a22edd31929f44650c4c14820f6353','2026-11-30T23:49:37.810365Z','root','api','draft.created','draft','dr_01a22edd3192b6bb7ede556345ef6e54','done',NULL,'d805152487f1e4d8','{"*":{"id":"dr_01a22edd3192b6bb7ede556345ef6e54","channel":"letter","status":"draft","to":null,"subject":null,"body":"Dear Dana","deal_id":null,"contact_id":null,"tone":null,"tags":["slow"],"meta":{"big":4611686018427387904,"deep":[{"a":null}]},"created_at":"2026-11-30T23:49:37.810365Z","updated_at":"2026-11-30T23:49:37.810365Z","to_e164":null,"sent_at":null,"to_email":null,"to_extension":null,"delivery_id":null}}','ca5b03208e4f53528b42cff9ab622dd8ebc4372cca9b7fff8aaaf41f02f55e48');
INSERT INTO "audit_events" VALUES(7,'ev_01a22edd3199c22c6e964e1a2650f0f5','2026-11-30T23:49:37.816612Z','root','api','send-log entry.created','send-log entry','sl_01a22edd31984849f817ce137fa20cab','done',NULL,'a9537ca9d0a4137c','{"*":{"id":"sl_01a22edd31984849f817ce137fa20cab","created_at":"2026-11-30T23:49:37.816612Z","updated_at":"2026-11-30T23:49:37.816612Z","draft_id":"dr_01a22edd318c9cb8b6852727a57b642f","channel":"sms","to":"416-555-0123","to_e164":"+14165550123","subject":null,"body":"Still looking?\nCall me.","deal_id":"deal_01a22edd314fccbe5394411a7ec63cef","contact_id":null,"provider":"twilio","provider_ref":"SM42","sent_at":"2026-11-30T23:49:37.816612Z","meta":{},"to_email":null,"to_extension":null}}','6eb2226f4fa9925466804d59e8cb612ba194217011e1456dc8f176f87bd926cf');
INSERT INTO "audit_events" VALUES(8,'ev_01a22edd319a3505718765c1193c352c','2026-11-30T23:49:37.816612Z','root','api','draft.sent','draft','dr_01a22edd318c9cb8b6852727a57b642f','done',NULL,'a9537ca9d0a4137c','{"status":{"before":"draft","after":"sent"},"sent_at":{"before":null,"after":"2026-11-30T23:49:37.816612Z"}}','6e4498f904cd6d63c9c32338d0cee153f8d8b276e524a2bd564f916b908aba57');
INSERT INTO "audit_events" VALUES(9,'ev_01a22edd31a19f6b3c710960da081c53','2026-11-30T23:49:37.825500Z','root','api','PATCH /core/comms/drafts/dr_01a22edd318c9cb8b6852727a57b642f','draft','dr_01a22edd318c9cb8b6852727a57b642f','refused','409 body cannot change: this draft was sent, and the send log records its content','e827cc2531f02519','{}','98e981e1daca3dfa3d5fb416d0e57ea066c5b1d4824e89fb5d44025b1f18d31d');
INSERT INTO "audit_events" VALUES(10,'ev_01a22edd31a5f83a29bd2537d769b56a','2026-11-30T23:49:37.828347Z','root','api','opt-out.created','opt-out','oo_01a22edd31a4515b85acfb93db168cb9','done',NULL,'5a737d7c1a774156','{"*":{"id":"oo_01a22edd31a4515b85acfb93db168cb9","created_at":"2026-11-30T23:49:37.828347Z","updated_at":"2026-11-30T23:49:37.828347Z","address":"+14165550199","channel":"sms","scope":"company","source":"person","since":"2026-11-30T23:49:37.828347Z","note":"Asked on the phone.","ended_at":null,"ended_by":null,"ended_reason":null}}','aba4179beb76ddb4d2a7ae20a74b91b8dc98ffbaecf316030fe94d09fc8bafd4');
INSERT INTO "audit_events" VALUES(11,'ev_01a22edd31a59b9b88725333fa7ecf44','2026-11-30T23:49:37.828347Z','root','api','opt-out.created','opt-out','oo_01a22edd31a5628818f3e1c2ad333b4e','done',NULL,'5a737d7c1a774156','{"*":{"id":"oo_01a22edd31a5628818f3e1c2ad333b4e","created_at":"2026-11-30T23:49:37.828347Z","updated_at":"2026-11-30T23:49:37.828347Z","address":"+14165550199","channel":"call","scope":"company","source":"person","since":"2026-11-30T23:49:37.828347Z","note":"Asked on the phone.","ended_at":null,"ended_by":null,"ended_reason":null}}','d2d7c8204305d57155d30e4c5201ea5c271d0b095d570e37242c8f0fd6c48ed5');
INSERT INTO "audit_events" VALUES(12,'ev_01a22edd31aa03ef8f9c4bf33de155e5','2026-11-30T23:49:37.833691Z','root','api','consent.created','consent','cs_01a22edd31a9160d73ae9210089f57d9','done',NULL,'f5c413c5ec782a76','{"*":{"id":"cs_01a22edd31a9160d73ae9210089f57d9","created_at":"2026-11-30T23:49:37.833691Z","updated_at":"2026-11-30T23:49:37.833691Z","address":"+14165550123","channel":"sms","scope":"company","kind":"express","until":null,"obtained_on":"2026-01-31","source":"web form","note":null}}','672a95d840274bff2353122b130a3e852c8d095637b2b1acfc6d35e2bfa9328f');
INSERT INTO "audit_events" VALUES(13,'ev_01a22edd31afe31e7448a237ddc377b5','2026-11-30T23:49:37.837662Z','root','api','property.created','property','pr_01a22edd31ae024eba1b1283c753696a','done',NULL,'22d16ac57549a0f7','{"*":{"id":"pr_01a22edd31ae024eba1b1283c753696a","address":"12 Oak Ave","country":"CA","region":"ON","city":"Hamilton","postal":null,"status":"tracked","deal_id":null,"owner":null,"listing_url":null,"photos_url":null,"beds":null,"baths":null,"sqft":null,"lot_sqft":null,"year_built":null,"latitude":43.25,"longitude":-79.87,"property_type":null,"parcel":null,"year_renovated":null,"grade":null,"condition":null,"floors":null,"basement_sqft":null,"view":null,"waterfront":null,"market":null,"tags":[],"meta":{},"created_at":"2026-11-30T23:49:37.837662Z","updated_at":"2026-11-30T23:49:37.837662Z","address_key":"12 oak ave","import_key":null}}','2f899f0b059d700f617b1c77a4201619fc255901ebbe6811bf4fca0968c94bc2');
INSERT INTO "audit_events" VALUES(14,'ev_01a22edd31b6deeb2a64c552511e32b9','2026-11-30T23:49:37.845982Z','root','api','rating.created','rating','pr_01a22edd31ae024eba1b1283c753696a','done',NULL,'44fcf29443b4a6c5','{"*":{"property_id":"pr_01a22edd31ae024eba1b1283c753696a","score":71,"notes":"quiet","factors":{},"created_at":"2026-11-30T23:49:37.845982Z","updated_at":"2026-11-30T23:49:37.845982Z"}}','1b275a0119b279c08a02808f42fb43a6373b681575d0b18b9ccac94b406a1ff0');
INSERT INTO "audit_events" VALUES(15,'ev_01a22edd31c01e4ad366e83d1af6e67a','2026-11-30T23:49:37.856187Z','root','api','comps.created','comps','pr_01a22edd31ae024eba1b1283c753696a','done',NULL,'d18da74e7c980556','{"*":{"property_id":"pr_01a22edd31ae024eba1b1283c753696a","radius_km":1.5,"beds":3,"baths":null,"notes":"no sales are loaded, so there is nothing to compare this property with: `valhalla market import-sales` loads some from a file, `valhalla market sync` from an MLS","as_of":"2026-11-30","max_days":null,"market":null,"pinned":[],"excluded":[],"created_at":"2026-11-30T23:49:37.856187Z","updated_at":"2026-11-30T23:49:37.856187Z","ok":true,"comps":[],"message":"no sales are loaded, so there is nothing to compare this property with: `valhalla market import-sales` loads some from a file, `valhalla market sync` from an MLS","currency":null,"value":null,"search":[],"rates":[],"index_source":null,"subject":{},"placed_by":null,"cautions":[],"data_revision":null,"data_fingerprint":null,"prior_sales":[]}}','bcedbfef8a14c6745a0454d1d6dfccaf9dd6003fc7f00b5eb1e26e86d00e1c37');
INSERT INTO "audit_events" VALUES(16,'ev_01a22edd31c75aedecd1b006631b811c','2026-11-30T23:49:37.863150Z','root','api','repair-rent estimate.created','repair-rent estimate','pr_01a22edd31ae024eba1b1283c753696a','done',NULL,'6f620e932e9b520a','{"*":{"property_id":"pr_01a22edd31ae024eba1b1283c753696a","est_repairs":1000.25,"est_rent":3150,"assumptions":{},"created_at":"2026-11-30T23:49:37.863150Z","updated_at":"2026-11-30T23:49:37.863150Z"}}','ff0c6ecc96505ab636a39ffa4062b1578110fd12d30b733e334bbecdd731d204');
INSERT INTO "audit_events" VALUES(17,'ev_01a22edd31cdd23d70c3d7235e644ab5','2026-11-30T23:49:37.867762Z','root','api','partner.changed','partner','p_01a22edd31576933129cca1602c4b99c','done',NULL,'08dfb71e6a365a24','{"status":{"before":"active","after":"paused"},"tags":{"before":["quick","cash"],"after":["quick"]}}','6f662eb73dbe4f0ac5f6f0c7bff238ce30930ea80017d732aeedd36dcd2dde1a');
INSERT INTO "audit_events" VALUES(18,'ev_01a22edd31d13d8abcdf7ba3b64d7c48','2026-11-30T23:49:37.873400Z','root','api','market.created','market','hamilton','done',NULL,'67b27dbca976581c','{"*":{"name":"hamilton","country":"CA","currency":"CAD","notes":null,"index_series":null,"neighborhood_weights":{},"neighborhood_crime":false,"meta":{},"created_at":"2026-11-30T23:49:37.873400Z","updated_at":"2026-11-30T23:49:37.873400Z"}}','e27fde214a94d2423bc9345232ee03941aace3d518850bdffe729063c713d924');
INSERT INTO "audit_events" VALUES(19,'ev_01a22edd31d53bee8b8bdb466124cd63','2026-11-30T23:49:37.877514Z','root','api','appraisal.created','appraisal','apr_01a22edd31d528490330aedf508b751e','done',NULL,'ed20b532bfad17ea','{"*":{"id":"apr_01a22edd31d528490330aedf508b751e","market":"hamilton","property_id":"pr_01a22edd31ae024eba1b1283c753696a","parcel":null,"address":null,"value":540000,"currency":"CAD","date":"2026-01-31","appraiser":null,"source":null,"purpose":null,"notes":null,"meta":{},"created_at":"2026-11-30T23:49:37.877514Z","updated_at":"2026-11-30T23:49:37.877514Z","import_key":null}}','23865beb4446d96198577c743d1f114da4ed1b37f47cc4a41de233cfece6adf5');
INSERT INTO "audit_events" VALUES(20,'ev_01a22edd31dee81fd621ec633378d86e','2026-11-30T23:49:37.885914Z','root','api','partner.created','partner','p_01a22edd31dd606a08f42bd02577b9a0','done',NULL,'83f23041a9fa5e63','{"*":{"id":"p_01a22edd31dd606a08f42bd02577b9a0","name":"Investor 1","role":"other","roles":["other"],"status":"active","owner":null,"email":null,"phone":null,"country":"CA","language":"en","notes":null,"tags":[],"meta":{},"created_at":"2026-11-30T23:49:37.885914Z","updated_at":"2026-11-30T23:49:37.885914Z","phone_e164":null,"email_normalized":null,"phone_extension":null}}','550f73f71d2995c167b3dd2fddfb7198482d52ca082b5e64fbfe6f781bca79b0');
INSERT INTO "audit_events" VALUES(21,'ev_01a22edd31eb14a0062358d8d25c71c0','2026-11-30T23:49:37.899316Z','root','api','partner.created','partner','p_01a22edd31eb1308d038218c3c244b99','done',NULL,'64704efbd7c990f9','{"*":{"id":"p_01a22edd31eb1308d038218c3c244b99","name":"Sponsor 1","role":"other","roles":["other"],"status":"active","owner":null,"email":null,"phone":null,"country":"CA","language":"en","notes":null,"tags":[],"meta":{},"created_at":"2026-11-30T23:49:37.899316Z","updated_at":"2026-11-30T23:49:37.899316Z","phone_e164":null,"email_normalized":null,"phone_extension":null}}','99e89a6ecc1bb30c14dd42a662dfedff95def9646e90af5c55680beedbe5ce4d');
INSERT INTO "audit_events" VALUES(22,'ev_01a22edd31f754df696107c9474cf22a','2026-11-30T23:49:37.911065Z','root','api','deal.created','deal','deal_01a22edd31f7e6b9046b713b217a619f','done',NULL,'1bf65a366ac5a23f','{"*":{"id":"deal_01a22edd31f7e6b9046b713b217a619f","name":"Deal 1","status":"lead","strategy":null,"owner":null,"next_action":null,"next_action_date":null,"lost_reason":null,"address":"1 Elm Street","property_id":null,"price":null,"arv":null,"est_repairs":null,"est_rent":null,"currency":"CAD","offer_date":null,"offer_expiry_date":null,"contract_date":null,"inspection_date":null,"financing_date":null,"close_date":null,"notes":null,"tags":[],"meta":{},"created_at":"2026-11-30T23:49:37.911065Z","updated_at":"2026-11-30T23:49:37.911065Z","stage_history":[{"status":"lead","at":"2026-11-30T23:49:37.911065Z","by":"root"}]}}','9f737b13166f687bdb80f32732585b6a3c6e29e81d50c0df6b38587abf99190f');
INSERT INTO "audit_events" VALUES(23,'ev_01a22edd320d0b2807d15f2984097b7c','2026-11-30T23:49:37.925831Z','root','api','agreement.posted','agreement','agr_01a22edd3204e2579f7c4f29f6b1f3b9','done',NULL,'72feaa91cd1d8710','{"*":{"id":"agr_01a22edd3204e2579f7c4f29f6b1f3b9","created_at":"2026-11-30T23:49:37.925831Z","updated_at":"2026-11-30T23:49:37.925831Z","name":"JV 1 p_01a22edd31dd606a08f42bd02577b9a0","deal_ids":["deal_01a22edd31f7e6b9046b713b217a619f"],"currency":"CAD","effective_from":"2023-12-01","terms":{"partners":["p_01a22edd31dd606a08f42bd02577b9a0","p_01a22edd31eb1308d038218c3c244b99"],"promote_partners":["p_01a22edd31eb1308d038218c3c244b99"],"promote_measure":"tier_share","accrues_until":"declaration","tiers":[{"kind":"preferred_return","name":"preferred return","partners":["p_01a22edd31dd606a08f42bd02577b9a0"],"rate_percent":8,"rate_kind":"nominal","compounding":"annual","broken_period":"exponent","base":"outstanding","day_count":"actual/365"},{"kind":"return_of_capital","name":"capital","partners":["p_01a22edd31dd606a08f42bd02577b9a0"]},{"kind":"split","name":"split","portions":[{"share_percent":80,"partners":["p_01a22edd31dd606a08f42bd02577b9a0"]},{"share_percent":20,"partners":["p_01a22edd31eb1308d038218c3c244b99"]}]}]},"note":null,"entry_id":"en_01a22edd3205c55eaf9cb2ff8821fdb6","source_key":"agr_01a22edd3204e2579f7c4f29f6b1f3b9","posted_on":"2026-11-30"}}','8ad6a5654f7034fca8504552343540ff125cf8c513baa9fc4f5b9a80ff8d8f3f');
INSERT INTO "audit_events" VALUES(24,'ev_01a22edd321ce964a402b277928f1deb','2026-11-30T23:49:37.947927Z','root','api','commitment.posted','commitment','cmt_01a22edd321b8ae5bdd116aadc6e7522','done',NULL,'25677bd5ea19ad00','{"*":{"id":"cmt_01a22edd321b8ae5bdd116aadc6e7522","created_at":"2026-11-30T23:49:37.947927Z","updated_at":"2026-11-30T23:49:37.947927Z","agreement_id":"agr_01a22edd3204e2579f7c4f29f6b1f3b9","currency":"CAD","effective_on":"2025-11-30","posted_on":"2026-11-30","note":null,"source_key":"key-2","entry_id":"en_01a22edd321b1470ec48292ad88c5e14","partner_id":"p_01a22edd31dd606a08f42bd02577b9a0","amount":200000}}','b26a242e3713efc442cffc553898e80e3092f20cad4d40d9783a7a56e64ce91d');
INSERT INTO "audit_events" VALUES(25,'ev_01a22edd3231e27e04a57f1762251d77','2026-11-30T23:49:37.962325Z','root','api','contribution.posted','contribution','ctb_01a22edd322ad00a2b95963a0a9c2eae','done',NULL,'86bb04d6e877550f','{"*":{"id":"ctb_01a22edd322ad00a2b95963a0a9c2eae","created_at":"2026-11-30T23:49:37.962325Z","updated_at":"2026-11-30T23:49:37.962325Z","agreement_id":"agr_01a22edd3204e2579f7c4f29f6b1f3b9","currency":"CAD","effective_on":"2025-11-30","posted_on":"2026-11-30","note":null,"source_key":"key-3","entry_id":"en_01a22edd322a17ec0459497142a43843","partner_id":"p_01a22edd31dd606a08f42bd02577b9a0","amount":150000.75}}','492435917f6916207f8a50f480360d4203a46ee427eb13e227e879d9a381d48c');
INSERT INTO "audit_events" VALUES(26,'ev_01a22edd32393fc3ce08864acb9e5274','2026-11-30T23:49:37.977203Z','root','api','contribution.posted','contribution','ctb_01a22edd323929dea669381cb9afd042','done',NULL,'143e666029561930','{"*":{"id":"ctb_01a22edd323929dea669381cb9afd042","created_at":"2026-11-30T23:49:37.977203Z","updated_at":"2026-11-30T23:49:37.977203Z","agreement_id":"agr_01a22edd3204e2579f7c4f29f6b1f3b9","currency":"CAD","effective_on":"2025-11-30","posted_on":"2026-11-30","note":null,"source_key":"key-4","entry_id":"en_01a22edd3239e699e07a27499838d0be","partner_id":"p_01a22edd31eb1308d038218c3c244b99","amount":150000.75}}','938a0e6ad741a8c3d840239dc8b57556a811f4680e6e680e775ad15817794c95');
INSERT INTO "audit_events" VALUES(27,'ev_01a22edd32481930e6bed8bfc5e19423','2026-11-30T23:49:37.991602Z','root','api','reversal.posted','reversal','rev_01a22edd32478a79cd7c1542e114a776','done',NULL,'995161c2612a0aa9','{"*":{"id":"rev_01a22edd32478a79cd7c1542e114a776","created_at":"2026-11-30T23:49:37.991602Z","updated_at":"2026-11-30T23:49:37.991602Z","agreement_id":"agr_01a22edd3204e2579f7c4f29f6b1f3b9","currency":"CAD","effective_on":"2025-11-30","posted_on":"2026-11-30","note":null,"source_key":"key-5","entry_id":"en_01a22edd3247ad583758ea94502718c8","reverses":"en_01a22edd3239e699e07a27499838d0be","meaning":"never_happened"}}','706975caaef568c92ab9131047cb143c51624d963036519ad4e32a92e1180c48');
INSERT INTO "audit_events" VALUES(28,'ev_01a22edd32535374e41b119c326ae306','2026-11-30T23:49:38.002185Z','root','api','transaction.posted','transaction','txn_01a22edd32527b60398ca345309d4ada','done',NULL,'a9a8fcefceea7b49','{"*":{"id":"txn_01a22edd32527b60398ca345309d4ada","created_at":"2026-11-30T23:49:38.002185Z","updated_at":"2026-11-30T23:49:38.002185Z","agreement_id":"agr_01a22edd3204e2579f7c4f29f6b1f3b9","currency":"CAD","effective_on":"2026-02-03","posted_on":"2026-11-30","note":null,"source_key":"key-6","entry_id":"en_01a22edd3252b379b94a2814799dc0b0","kind":"purchase","deal_id":"deal_01a22edd31f7e6b9046b713b217a619f","amount":90000.5,"cost":null,"interest":null,"loan":null}}','4e4becd74716de8379a1b534b38b6d0b5ee462211b8fb977d7f53d4b374d2243');
INSERT INTO "audit_events" VALUES(29,'ev_01a22edd3267cbce905d307bb4d82df0','2026-11-30T23:49:38.022441Z','root','api','transaction.posted','transaction','txn_01a22edd3266ea85d3a115fb783ff9e9','done',NULL,'1a166af9c904d638','{"*":{"id":"txn_01a22edd3266ea85d3a115fb783ff9e9","created_at":"2026-11-30T23:49:38.022441Z","updated_at":"2026-11-30T23:49:38.022441Z","agreement_id":"agr_01a22edd3204e2579f7c4f29f6b1f3b9","currency":"CAD","effective_on":"2026-10-31","posted_on":"2026-11-30","note":null,"source_key":"key-7","entry_id":"en_01a22edd326687463ae2e822c112cb3c","kind":"sale","deal_id":"deal_01a22edd31f7e6b9046b713b217a619f","amount":120000,"cost":90000.5,"interest":null,"loan":null}}','22e74e123d2d04e6c2a80d24539182f724ff07b5b1105917ac63d3747159a2fc');
INSERT INTO "audit_events" VALUES(30,'ev_01a22edd327ec0fa22175f0cb29606c6','2026-11-30T23:49:38.045491Z','root','api','distribution.posted','distribution','dst_01a22edd327ded0ee0408a038fdb8cfa','done',NULL,'15bd0e6951e2363b','{"*":{"id":"dst_01a22edd327ded0ee0408a038fdb8cfa","created_at":"2026-11-30T23:49:38.045491Z","updated_at":"2026-11-30T23:49:38.045491Z","agreement_id":"agr_01a22edd3204e2579f7c4f29f6b1f3b9","currency":"CAD","effective_on":"2026-11-30","posted_on":"2026-11-30","note":null,"source_key":"key-8","entry_id":"en_01a22edd327daef459409b21afcb7e59","cash":100000,"declared_on":"2026-11-30","payable_on":"2026-11-30","true_up":false,"terms_id":"agr_01a22edd3204e2579f7c4f29f6b1f3b9","tiers":[{"number":1,"name":"preferred return","kind":"preferred_return","description":"Preferred return of 8 % a year on outstanding capital to Investor 1 (nominal, compounded annually, actual/365)","needed":12000.06,"paid":12000.06,"still_needed":0,"amounts":[{"partner_id":"p_01a22edd31dd606a08f42bd02577b9a0","amount":12000.06}],"sentence":"Preferred return of 8 % a year on outstanding capital to Investor 1 (nominal, compounded annually, actual/365): 12,000.06, all that is due."},{"number":2,"name":"capital","kind":"return_of_capital","description":"Return of capital to Investor 1","needed":150000.75,"paid":87999.94,"still_needed":62000.81,"amounts":[{"partner_id":"p_01a22edd31dd606a08f42bd02577b9a0","amount":87999.94}],"sentence":"Return of capital to Investor 1: 87,999.94 of 150,000.75 due; 62,000.81 more would fill it."},{"number":3,"name":"split","kind":"split","description":"Split, 80 % to Investor 1, 20 % to Sponsor 1","needed":null,"paid":0,"still_needed":null,"amounts":[],"sentence":"Split, 80 % to Investor 1, 20 % to Sponsor 1: nothing is left for it."}],"corrections":[]}}','9fb07ee461e26985bdb458ad234b0de350183cfddb1956129166496b7a775679');
INSERT INTO "audit_events" VALUES(31,'ev_01a22edd328c82a5a5a417a9d73b9a02','2026-11-30T23:49:38.059224Z','root','api','payment.posted','payment','pay_01a22edd328b7bc76b378a1f464a26c7','done',NULL,'551b18dba8745b77','{"*":{"id":"pay_01a22edd328b7bc76b378a1f464a26c7","created_at":"2026-11-30T23:49:38.059224Z","updated_at":"2026-11-30T23:49:38.059224Z","agreement_id":"agr_01a22edd3204e2579f7c4f29f6b1f3b9","currency":"CAD","effective_on":"2026-11-30","posted_on":"2026-11-30","note":null,"source_key":"key-9","entry_id":"en_01a22edd328b07e99a37874999b97b74","distribution_id":"dst_01a22edd327ded0ee0408a038fdb8cfa","partner_ids":null,"amounts":[{"partner_id":"p_01a22edd31dd606a08f42bd02577b9a0","amount":100000}]}}','c18351c498adbb507a58472abd1b1d10447da8d006d729f896e811f555744ae9');
INSERT INTO "audit_events" VALUES(32,'ev_01a22edd3296f024f64135478b4814d9','2026-11-30T23:49:38.070089Z','root','api','amendment.posted','amendment','amd_01a22edd3296824adba504b28aa3a800','done',NULL,'d753b87489e2ae28','{"*":{"id":"amd_01a22edd3296824adba504b28aa3a800","created_at":"2026-11-30T23:49:38.070089Z","updated_at":"2026-11-30T23:49:38.070089Z","agreement_id":"agr_01a22edd3204e2579f7c4f29f6b1f3b9","effective_from":"2026-12-01","terms":{"partners":["p_01a22edd31dd606a08f42bd02577b9a0","p_01a22edd31eb1308d038218c3c244b99"],"promote_partners":["p_01a22edd31eb1308d038218c3c244b99"],"promote_measure":"tier_share","accrues_until":"declaration","tiers":[{"kind":"preferred_return","name":"preferred return","partners":["p_01a22edd31dd606a08f42bd02577b9a0"],"rate_percent":8,"rate_kind":"nominal","compounding":"annual","broken_period":"exponent","base":"outstanding","day_count":"actual/365"},{"kind":"return_of_capital","name":"capital","partners":["p_01a22edd31dd606a08f42bd02577b9a0"]},{"kind":"split","name":"split","portions":[{"share_percent":80,"partners":["p_01a22edd31dd606a08f42bd02577b9a0"]},{"share_percent":20,"partners":["p_01a22edd31eb1308d038218c3c244b99"]}]}]},"note":null,"entry_id":"en_01a22edd329623c0c9e849a296f432f4","source_key":"key-10","posted_on":"2026-11-30"}}','0aebdaef52cb26bdcbefcb09b8c1391b64fae8fe734c3445ef0db117849053a3');
INSERT INTO "audit_events" VALUES(33,'ev_01a22edd32a3f03cb323a0fedf84ff47','2026-11-30T23:49:38.082965Z','root','api','period.posted','period','prd_01a22edd32a2e9852525a582f71c7643','done',NULL,'2f1af5bea0f83ffb','{"*":{"id":"prd_01a22edd32a2e9852525a582f71c7643","created_at":"2026-11-30T23:49:38.082965Z","updated_at":"2026-11-30T23:49:38.082965Z","agreement_id":"agr_01a22edd3204e2579f7c4f29f6b1f3b9","currency":"CAD","effective_on":"2026-10-01","posted_on":"2026-11-30","note":null,"source_key":"key-11","entry_id":"en_01a22edd32a2af326d3be1a494b0205a","action":"close","through":"2026-10-01"}}','f080186f88de3d138ee466df35ca2c335ff5224d8a18643cf916a9e0d6fb2a23');
INSERT INTO "audit_events" VALUES(34,'ev_01a22edd32b37384773e1a1c796cbd6c','2026-11-30T23:49:38.098207Z','root','api','statement.issued','statement','stm_01a22edd32b2feedb525b4f66f617e57','done',NULL,'ba79b256fa6aea22','{"*":{"id":"stm_01a22edd32b2feedb525b4f66f617e57","created_at":"2026-11-30T23:49:38.098207Z","updated_at":"2026-11-30T23:49:38.098207Z","kind":"capital_account","agreement_id":"agr_01a22edd3204e2579f7c4f29f6b1f3b9","agreement_name":"JV 1 p_01a22edd31dd606a08f42bd02577b9a0","partner_id":"p_01a22edd31dd606a08f42bd02577b9a0","partner_name":"Investor 1","language":"en","currency":"CAD","revision":11,"issued_on":"2026-11-30","period_from":"2025-10-26","period_to":"2026-11-30","distribution_id":null,"capital_account":{"opening":0,"contributed":150000.75,"returned":87999.94,"ending":62000.81,"preferred_paid":12000.06,"preferred_owed":0,"profit_paid":0,"committed":200000,"unfunded":49999.25,"movements":[{"on":"2025-11-30","what":"Contribution","amount":150000.75,"entry_id":"en_01a22edd322a17ec0459497142a43843"},{"on":"2026-11-30","what":"Preferred return","amount":12000.06,"entry_id":"en_01a22edd327daef459409b21afcb7e59"},{"on":"2026-11-30","what":"Return of capital","amount":87999.94,"entry_id":"en_01a22edd327daef459409b21afcb7e59"}]},"notice":null,"digest":"d74305d64ea2584446e6a159a8439df383c1b47b3f3082f36b51877fcd316090"}}','07a5a1d8eda8c3feed0d13276f531088c2cd3cb0814bbae8aa40572926d1be74');
INSERT INTO "audit_events" VALUES(35,'ev_01a22edd32c20c6ba5462327ee6a1a54','2026-11-30T23:49:38.113695Z','root','api','note.created','note','note_01a22edd32c1fa4a5544220e12f81758','done',NULL,'5a0492e0ce723456','{"*":{"id":"note_01a22edd32c1fa4a5544220e12f81758","entity":"deal","entity_id":"deal_01a22edd314fccbe5394411a7ec63cef","text":"The seller wants to close in May.","date":"2026-03-20","status":"active","meta":{},"created_at":"2026-11-30T23:49:38.113695Z","updated_at":"2026-11-30T23:49:38.113695Z","author":"root"}}','f064e1f7398552d407025b28dedb55c54ed39064f72ee16b5ae79423920f4aab');
INSERT INTO "audit_events" VALUES(36,'ev_01a22edd32e477e2ac0b89282250678a','2026-11-30T23:49:38.147186Z','root','api','view.created','view','view_01a22edd32e344bcd1af2f197acbe707','done',NULL,'19316b1111a9b8e4','{"*":{"id":"view_01a22edd32e344bcd1af2f197acbe707","list":"deals","name":"Leads by price","query":"status=lead&sort=-price","shared":false,"status":"active","meta":{},"created_at":"2026-11-30T23:49:38.147186Z","updated_at":"2026-11-30T23:49:38.147186Z","owner":"root"}}','ffed3e5568f893b9eb3f311386ba7fc985c166f2c8b0f78149a0945e8e26e1b8');
INSERT INTO "audit_events" VALUES(37,'ev_01a22edd32f6d4f2fe6f935412c810fc','2026-11-30T23:49:38.165891Z','root','api','unit costs.created','unit costs','uc_cad_1','done',NULL,'c3daed7467359454','{"*":{"id":"uc_cad_1","currency":"CAD","source":"ours","as_of":"2026-01-31","costs":[{"trade":"scope","item":"cosmetic","unit":"sqft","low":10,"mid":20.5,"high":35,"source":null}],"created_at":"2026-11-30T23:49:38.165891Z","updated_at":"2026-11-30T23:49:38.165891Z","version":1}}','8ca7868811537ef1e8b0056b3b87ef66b2c57b06532273dc6fcbf83dab665ba7');
INSERT INTO "audit_events" VALUES(38,'ev_01a22edd33624a2af1ff7abdd8de3eeb','2026-11-30T23:49:38.261759Z','dana','cli','market.sales_imported','market','hamilton','done',NULL,NULL,'{"source": {"before": null, "after": "county"}, "stored": {"before": null, "after": 40}, "updated": {"before": null, "after": 0}, "revision": {"before": null, "after": 1}}','568781f2333a31e783fc4aa9672d6835aa19026be08b41bbd1393e2c02a0e2fd');
INSERT INTO "audit_events" VALUES(39,'ev_01a22edd3366d426b7df9051b5db2ed7','2026-11-30T23:49:38.278417Z','dana','cli','market.sales_removed','market','hamilton','done',NULL,NULL,'{"source": {"before": null, "after": "county"}, "removed": {"before": null, "after": 1}, "reason": {"before": null, "after": "taken back"}, "revision": {"before": null, "after": 2}, "keys": {"before": null, "after": ["p3"]}}','6d4c591d3582f8779cd167a2f1b2d8f3c5a6b883d05e82504321f20fc501f667');
INSERT INTO "audit_events" VALUES(40,'ev_01a22edd3368bfecdfaf948b67799f1c','2026-11-30T23:49:38.280437Z','dana','cli','sale.flagged','sale','sale_1','done',NULL,NULL,'{"market": {"before": null, "after": "hamilton"}, "reason": {"before": null, "after": "sold to a cousin"}, "usable": {"before": null, "after": 0}}','280c7f405e91a854303254fd9051701994dc5422ab63bf6f8b26f67a9ead8c6a');
INSERT INTO "audit_events" VALUES(41,'ev_01a22edd33debe00291f034e718ec544','2026-11-30T23:49:38.392614Z','root','api','property.changed','property','pr_01a22edd31ae024eba1b1283c753696a','done',NULL,'dd98c454ea505eb7','{"beds":{"before":null,"after":3},"sqft":{"before":null,"after":1400}}','08489806a93f6d6df6514b8b1f9962580c69345ff0fb2fb33263cdd5f94bad61');
INSERT INTO "audit_events" VALUES(42,'ev_01a22edd36f265e38bebe84294d4b3f5','2026-11-30T23:49:39.184564Z','root','api','comps.changed','comps','pr_01a22edd31ae024eba1b1283c753696a','done',NULL,'64733f20ce411e9a','{"radius_km":{"before":1.5,"after":2},"beds":{"before":3,"after":null},"notes":{"before":"no sales are loaded, so there is nothing to compare this property with: `valhalla market import-sales` loads some from a file, `valhalla market sync` from an MLS","after":"30 comparable sales; 37 sales closed within 365 days, within 0.8 km, with a living area within 20 %"},"as_of":{"before":"2026-11-30","after":"2026-11-01"},"market":{"before":null,"after":"hamilton"},"excluded":{"before":[],"after":["sale_7"]},"comps":{"before":[],"after":[{"rank":1,"sale_id":"sale_21","address":null,"parcel":"p20","latitude":43.25,"longitude":-79.866,"living_sqft":1400.5,"price":460010.0,"close_date":"2026-03-15","priced_on":"2026-03-15","days":231,"distance_km":0.324,"similarity":0.9987,"adjustments":[{"name":"time","label":"time, 2026-03-15 to 2026-11-01","subject":null,"sale":null,"difference":7.59,"rate":-0.48,"rate_error":3100.42,"unit":"month","amount":-3.66,"standard_error":23530.59,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1400.5,"difference":-0.5,"rate":246.52,"rate_error":0.8,"unit":"sq ft","amount":-123.26,"standard_error":0.4,"source":"rates"}],"net":-126.92,"gross":126.92,"net_percent":-0.0,"gross_percent":0.0,"adjusted_price":459883.08,"standard_error":44657.26,"weight":0.065971078,"pinned":false,"warnings":[]},{"rank":2,"sale_id":"sale_18","address":null,"parcel":"p17","latitude":43.25,"longitude":-79.8666,"living_sqft":1370.5,"price":452508.5,"close_date":"2026-09-15","priced_on":"2026-09-15","days":47,"distance_km":0.275,"similarity":0.9232,"adjustments":[{"name":"time","label":"time, 2026-09-15 to 2026-11-01","subject":null,"sale":null,"difference":1.54,"rate":0.08,"rate_error":4246.53,"unit":"month","amount":0.13,"standard_error":6557.41,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1370.5,"difference":29.5,"rate":247.141,"rate_error":0.8014,"unit":"sq ft","amount":7290.66,"standard_error":23.64,"source":"rates"}],"net":7290.79,"gross":7290.79,"net_percent":1.6,"gross_percent":1.6,"adjusted_price":459799.29,"standard_error":39311.3,"weight":0.065521425,"pinned":false,"warnings":[]},{"rank":3,"sale_id":"sale_22","address":null,"parcel":"p21","latitude":43.25,"longitude":-79.86580000000001,"living_sqft":1410.5,"price":462510.5,"close_date":"2026-04-15","priced_on":"2026-04-15","days":200,"distance_km":0.34,"similarity":0.9724,"adjustments":[{"name":"time","label":"time, 2026-04-15 to 2026-11-01","subject":null,"sale":null,"difference":6.57,"rate":-0.22,"rate_error":3181.6,"unit":"month","amount":-1.47,"standard_error":20906.19,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1410.5,"difference":-10.5,"rate":246.3238,"rate_error":0.7905,"unit":"sq ft","amount":-2586.4,"standard_error":8.3,"source":"rates"}],"net":-2587.87,"gross":2587.87,"net_percent":-0.6,"gross_percent":0.6,"adjusted_price":459922.63,"standard_error":43797.78,"weight":0.058852598,"pinned":false,"warnings":[]},{"rank":4,"sale_id":"sale_3","address":null,"parcel":"p2","latitude":43.25,"longitude":-79.8696,"living_sqft":1220.5,"price":415001.0,"close_date":"2026-03-15","priced_on":"2026-03-15","days":231,"distance_km":0.032,"similarity":0.5976,"adjustments":[{"name":"time","label":"time, 2026-03-15 to 2026-11-01","subject":null,"sale":null,"difference":7.59,"rate":-0.46,"rate_error":3101.29,"unit":"month","amount":-3.47,"standard_error":23537.16,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1220.5,"difference":179.5,"rate":250.7735,"rate_error":0.8491,"unit":"sq ft","amount":45013.84,"standard_error":152.41,"source":"rates"}],"net":45010.37,"gross":45017.31,"net_percent":10.8,"gross_percent":10.8,"adjusted_price":460011.37,"standard_error":47973.72,"weight":0.053124463,"pinned":false,"warnings":[]},{"rank":5,"sale_id":"sale_23","address":null,"parcel":"p22","latitude":43.25,"longitude":-79.8656,"living_sqft":1420.5,"price":465011.0,"close_date":"2026-05-15","priced_on":"2026-05-15","days":170,"distance_km":0.356,"similarity":0.9469,"adjustments":[{"name":"time","label":"time, 2026-05-15 to 2026-11-01","subject":null,"sale":null,"difference":5.59,"rate":0.09,"rate_error":3274.15,"unit":"month","amount":0.5,"standard_error":18287.21,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1420.5,"difference":-20.5,"rate":246.1288,"rate_error":0.7878,"unit":"sq ft","amount":-5045.64,"standard_error":16.15,"source":"rates"}],"net":-5045.14,"gross":5046.14,"net_percent":-1.1,"gross_percent":1.1,"adjusted_price":459965.86,"standard_error":43069.46,"weight":0.052116772,"pinned":false,"warnings":[]},{"rank":6,"sale_id":"sale_20","address":null,"parcel":"p19","latitude":43.25,"longitude":-79.8662,"living_sqft":1390.5,"price":457509.5,"close_date":"2026-02-15","priced_on":"2026-02-15","days":259,"distance_km":0.308,"similarity":0.9748,"adjustments":[{"name":"time","label":"time, 2026-02-15 to 2026-11-01","subject":null,"sale":null,"difference":8.51,"rate":-0.43,"rate_error":3041.13,"unit":"month","amount":-3.63,"standard_error":25878.23,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1390.5,"difference":9.5,"rate":246.7242,"rate_error":0.7958,"unit":"sq ft","amount":2343.88,"standard_error":7.56,"source":"rates"}],"net":2340.25,"gross":2347.51,"net_percent":0.5,"gross_percent":0.5,"adjusted_price":459849.75,"standard_error":46144.85,"weight":0.050533241,"pinned":false,"warnings":[]},{"rank":7,"sale_id":"sale_17","address":null,"parcel":"p16","latitude":43.25,"longitude":-79.8668,"living_sqft":1360.5,"price":450008.0,"close_date":"2026-08-15","priced_on":"2026-08-15","days":78,"distance_km":0.259,"similarity":0.8982,"adjustments":[{"name":"time","label":"time, 2026-08-15 to 2026-11-01","subject":null,"sale":null,"difference":2.56,"rate":0.31,"rate_error":3779.49,"unit":"month","amount":0.79,"standard_error":9685.63,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1360.5,"difference":39.5,"rate":247.3544,"rate_error":0.8043,"unit":"sq ft","amount":9770.5,"standard_error":31.77,"source":"rates"}],"net":9771.29,"gross":9771.29,"net_percent":2.2,"gross_percent":2.2,"adjusted_price":459779.29,"standard_error":40207.23,"weight":0.050472631,"pinned":false,"warnings":[]},{"rank":8,"sale_id":"sale_5","address":null,"parcel":"p4","latitude":43.25,"longitude":-79.8692,"living_sqft":1240.5,"price":420002.0,"close_date":"2026-05-15","priced_on":"2026-05-15","days":170,"distance_km":0.065,"similarity":0.6351,"adjustments":[{"name":"time","label":"time, 2026-05-15 to 2026-11-01","subject":null,"sale":null,"difference":5.59,"rate":0.08,"rate_error":3273.78,"unit":"month","amount":0.47,"standard_error":18285.16,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1240.5,"difference":159.5,"rate":250.2307,"rate_error":0.8422,"unit":"sq ft","amount":39911.8,"standard_error":134.33,"source":"rates"}],"net":39912.27,"gross":39912.27,"net_percent":9.5,"gross_percent":9.5,"adjusted_price":459914.27,"standard_error":45348.76,"weight":0.047078215,"pinned":false,"warnings":[]},{"rank":9,"sale_id":"sale_24","address":null,"parcel":"p23","latitude":43.25,"longitude":-79.86540000000001,"living_sqft":1430.5,"price":467511.5,"close_date":"2026-06-15","priced_on":"2026-06-15","days":139,"distance_km":0.373,"similarity":0.9223,"adjustments":[{"name":"time","label":"time, 2026-06-15 to 2026-11-01","subject":null,"sale":null,"difference":4.57,"rate":0.32,"rate_error":3394.62,"unit":"month","amount":1.44,"standard_error":15502.64,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1430.5,"difference":-30.5,"rate":245.9367,"rate_error":0.7849,"unit":"sq ft","amount":-7501.07,"standard_error":23.94,"source":"rates"}],"net":-7499.63,"gross":7502.51,"net_percent":-1.6,"gross_percent":1.6,"adjusted_price":460011.87,"standard_error":42415.74,"weight":0.046128635,"pinned":false,"warnings":[]},{"rank":10,"sale_id":"sale_6","address":null,"parcel":"p5","latitude":43.25,"longitude":-79.869,"living_sqft":1250.5,"price":422502.5,"close_date":"2026-06-15","priced_on":"2026-06-15","days":139,"distance_km":0.081,"similarity":0.6546,"adjustments":[{"name":"time","label":"time, 2026-06-15 to 2026-11-01","subject":null,"sale":null,"difference":4.57,"rate":0.3,"rate_error":3393.6,"unit":"month","amount":1.37,"standard_error":15497.99,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1250.5,"difference":149.5,"rate":249.9666,"rate_error":0.8388,"unit":"sq ft","amount":37370.0,"standard_error":125.4,"source":"rates"}],"net":37371.37,"gross":37371.37,"net_percent":8.8,"gross_percent":8.8,"adjusted_price":459873.87,"standard_error":44145.95,"weight":0.044591393,"pinned":false,"warnings":[]},{"rank":11,"sale_id":"sale_8","address":null,"parcel":"p7","latitude":43.25,"longitude":-79.8686,"living_sqft":1270.5,"price":427503.5,"close_date":"2026-08-15","priced_on":"2026-08-15","days":78,"distance_km":0.113,"similarity":0.6947,"adjustments":[{"name":"time","label":"time, 2026-08-15 to 2026-11-01","subject":null,"sale":null,"difference":2.56,"rate":0.3,"rate_error":3779.73,"unit":"month","amount":0.77,"standard_error":9686.24,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1270.5,"difference":129.5,"rate":249.452,"rate_error":0.8322,"unit":"sq ft","amount":32304.03,"standard_error":107.77,"source":"rates"}],"net":32304.8,"gross":32304.8,"net_percent":7.6,"gross_percent":7.6,"adjusted_price":459808.3,"standard_error":42117.11,"weight":0.040869831,"pinned":false,"warnings":[]},{"rank":12,"sale_id":"sale_25","address":null,"parcel":"p24","latitude":43.25,"longitude":-79.8652,"living_sqft":1440.5,"price":470012.0,"close_date":"2026-07-15","priced_on":"2026-07-15","days":109,"distance_km":0.389,"similarity":0.8985,"adjustments":[{"name":"time","label":"time, 2026-07-15 to 2026-11-01","subject":null,"sale":null,"difference":3.58,"rate":0.39,"rate_error":3544.42,"unit":"month","amount":1.41,"standard_error":12693.2,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1440.5,"difference":-40.5,"rate":245.7477,"rate_error":0.7822,"unit":"sq ft","amount":-9952.78,"standard_error":31.68,"source":"rates"}],"net":-9951.37,"gross":9954.19,"net_percent":-2.1,"gross_percent":2.1,"adjusted_price":460060.63,"standard_error":41916.12,"weight":0.040644038,"pinned":false,"warnings":[]},{"rank":13,"sale_id":"sale_9","address":null,"parcel":"p8","latitude":43.25,"longitude":-79.86840000000001,"living_sqft":1280.5,"price":430004.0,"close_date":"2026-09-15","priced_on":"2026-09-15","days":47,"distance_km":0.13,"similarity":0.7155,"adjustments":[{"name":"time","label":"time, 2026-09-15 to 2026-11-01","subject":null,"sale":null,"difference":1.54,"rate":0.08,"rate_error":4246.39,"unit":"month","amount":0.13,"standard_error":6557.19,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1280.5,"difference":119.5,"rate":249.2016,"rate_error":0.829,"unit":"sq ft","amount":29779.59,"standard_error":99.06,"source":"rates"}],"net":29779.72,"gross":29779.72,"net_percent":6.9,"gross_percent":6.9,"adjusted_price":459783.72,"standard_error":41326.25,"weight":0.03973703,"pinned":false,"warnings":[]},{"rank":14,"sale_id":"sale_16","address":null,"parcel":"p15","latitude":43.25,"longitude":-79.867,"living_sqft":1350.5,"price":447507.5,"close_date":"2026-07-15","priced_on":"2026-07-15","days":109,"distance_km":0.243,"similarity":0.8736,"adjustments":[{"name":"time","label":"time, 2026-07-15 to 2026-11-01","subject":null,"sale":null,"difference":3.58,"rate":0.39,"rate_error":3542.13,"unit":"month","amount":1.38,"standard_error":12685.0,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1350.5,"difference":49.5,"rate":247.5713,"rate_error":0.8073,"unit":"sq ft","amount":12254.78,"standard_error":39.96,"source":"rates"}],"net":12256.16,"gross":12256.16,"net_percent":2.7,"gross_percent":2.7,"adjusted_price":459763.66,"standard_error":41274.03,"weight":0.039415272,"pinned":false,"warnings":[]},{"rank":15,"sale_id":"sale_19","address":null,"parcel":"p18","latitude":43.25,"longitude":-79.8664,"living_sqft":1380.5,"price":455009.0,"close_date":"2026-01-15","priced_on":"2026-01-15","days":290,"distance_km":0.292,"similarity":0.9487,"adjustments":[{"name":"time","label":"time, 2026-01-15 to 2026-11-01","subject":null,"sale":null,"difference":9.53,"rate":-0.19,"rate_error":2978.11,"unit":"month","amount":-1.77,"standard_error":28375.19,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1380.5,"difference":19.5,"rate":246.9313,"rate_error":0.7985,"unit":"sq ft","amount":4815.16,"standard_error":15.57,"source":"rates"}],"net":4813.39,"gross":4816.93,"net_percent":1.1,"gross_percent":1.1,"adjusted_price":459822.39,"standard_error":47817.15,"weight":0.037493822,"pinned":false,"warnings":[]},{"rank":16,"sale_id":"sale_26","address":null,"parcel":"p25","latitude":43.25,"longitude":-79.86500000000001,"living_sqft":1450.5,"price":472512.5,"close_date":"2026-08-15","priced_on":"2026-08-15","days":78,"distance_km":0.405,"similarity":0.8755,"adjustments":[{"name":"time","label":"time, 2026-08-15 to 2026-11-01","subject":null,"sale":null,"difference":2.56,"rate":0.32,"rate_error":3782.23,"unit":"month","amount":0.81,"standard_error":9692.65,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1450.5,"difference":-50.5,"rate":245.5616,"rate_error":0.7796,"unit":"sq ft","amount":-12400.86,"standard_error":39.37,"source":"rates"}],"net":-12400.05,"gross":12401.67,"net_percent":-2.6,"gross_percent":2.6,"adjusted_price":460112.45,"standard_error":41542.67,"weight":0.035941726,"pinned":false,"warnings":[]},{"rank":17,"sale_id":"sale_27","address":null,"parcel":"p26","latitude":43.25,"longitude":-79.8648,"living_sqft":1460.5,"price":475013.0,"close_date":"2026-09-15","priced_on":"2026-09-15","days":47,"distance_km":0.421,"similarity":0.8532,"adjustments":[{"name":"time","label":"time, 2026-09-15 to 2026-11-01","subject":null,"sale":null,"difference":1.54,"rate":0.09,"rate_error":4249.94,"unit":"month","amount":0.14,"standard_error":6562.67,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1460.5,"difference":-60.5,"rate":245.3783,"rate_error":0.777,"unit":"sq ft","amount":-14845.39,"standard_error":47.01,"source":"rates"}],"net":-14845.25,"gross":14845.53,"net_percent":-3.1,"gross_percent":3.1,"adjusted_price":460167.75,"standard_error":41350.74,"weight":0.03196601,"pinned":false,"warnings":[]},{"rank":18,"sale_id":"sale_15","address":null,"parcel":"p14","latitude":43.25,"longitude":-79.86720000000001,"living_sqft":1340.5,"price":445007.0,"close_date":"2026-06-15","priced_on":"2026-06-15","days":139,"distance_km":0.227,"similarity":0.8496,"adjustments":[{"name":"time","label":"time, 2026-06-15 to 2026-11-01","subject":null,"sale":null,"difference":4.57,"rate":0.31,"rate_error":3392.7,"unit":"month","amount":1.4,"standard_error":15493.88,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1340.5,"difference":59.5,"rate":247.7921,"rate_error":0.8103,"unit":"sq ft","amount":14743.63,"standard_error":48.21,"source":"rates"}],"net":14745.03,"gross":14745.03,"net_percent":3.3,"gross_percent":3.3,"adjusted_price":459752.03,"standard_error":42449.01,"weight":0.031625318,"pinned":false,"warnings":[]},{"rank":19,"sale_id":"sale_14","address":null,"parcel":"p13","latitude":43.25,"longitude":-79.8674,"living_sqft":1330.5,"price":442506.5,"close_date":"2026-05-15","priced_on":"2026-05-15","days":170,"distance_km":0.211,"similarity":0.8261,"adjustments":[{"name":"time","label":"time, 2026-05-15 to 2026-11-01","subject":null,"sale":null,"difference":5.59,"rate":0.09,"rate_error":3272.57,"unit":"month","amount":0.49,"standard_error":18278.4,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1330.5,"difference":69.5,"rate":248.0164,"rate_error":0.8132,"unit":"sq ft","amount":17237.14,"standard_error":56.52,"source":"rates"}],"net":17237.63,"gross":17237.63,"net_percent":3.9,"gross_percent":3.9,"adjusted_price":459744.13,"standard_error":43755.9,"weight":0.026134281,"pinned":false,"warnings":[]},{"rank":20,"sale_id":"sale_13","address":null,"parcel":"p12","latitude":43.25,"longitude":-79.86760000000001,"living_sqft":1320.5,"price":440006.0,"close_date":"2026-04-15","priced_on":"2026-04-15","days":200,"distance_km":0.194,"similarity":0.803,"adjustments":[{"name":"time","label":"time, 2026-04-15 to 2026-11-01","subject":null,"sale":null,"difference":6.57,"rate":-0.22,"rate_error":3180.33,"unit":"month","amount":-1.43,"standard_error":20897.89,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1320.5,"difference":79.5,"rate":248.2445,"rate_error":0.8164,"unit":"sq ft","amount":19735.44,"standard_error":64.9,"source":"rates"}],"net":19734.01,"gross":19736.87,"net_percent":4.5,"gross_percent":4.5,"adjusted_price":459740.01,"standard_error":45113.46,"weight":0.022462844,"pinned":false,"warnings":[]},{"rank":21,"sale_id":"sale_12","address":null,"parcel":"p11","latitude":43.25,"longitude":-79.8678,"living_sqft":1310.5,"price":437505.5,"close_date":"2026-03-15","priced_on":"2026-03-15","days":231,"distance_km":0.178,"similarity":0.7804,"adjustments":[{"name":"time","label":"time, 2026-03-15 to 2026-11-01","subject":null,"sale":null,"difference":7.59,"rate":-0.47,"rate_error":3099.46,"unit":"month","amount":-3.56,"standard_error":23523.3,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1310.5,"difference":89.5,"rate":248.4766,"rate_error":0.8194,"unit":"sq ft","amount":22238.66,"standard_error":73.34,"source":"rates"}],"net":22235.1,"gross":22242.22,"net_percent":5.1,"gross_percent":5.1,"adjusted_price":459740.6,"standard_error":46575.58,"weight":0.019976887,"pinned":false,"warnings":[]},{"rank":22,"sale_id":"sale_11","address":null,"parcel":"p10","latitude":43.25,"longitude":-79.86800000000001,"living_sqft":1300.5,"price":435005.0,"close_date":"2026-02-15","priced_on":"2026-02-15","days":259,"distance_km":0.162,"similarity":0.7583,"adjustments":[{"name":"time","label":"time, 2026-02-15 to 2026-11-01","subject":null,"sale":null,"difference":8.51,"rate":-0.42,"rate_error":3040.46,"unit":"month","amount":-3.54,"standard_error":25872.53,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1300.5,"difference":99.5,"rate":248.7137,"rate_error":0.8225,"unit":"sq ft","amount":24747.01,"standard_error":81.84,"source":"rates"}],"net":24743.47,"gross":24750.55,"net_percent":5.7,"gross_percent":5.7,"adjusted_price":459748.47,"standard_error":47981.24,"weight":0.018561778,"pinned":false,"warnings":[]},{"rank":23,"sale_id":"sale_29","address":null,"parcel":"p28","latitude":43.25,"longitude":-79.8644,"living_sqft":1480.5,"price":480014.0,"close_date":"2026-02-15","priced_on":"2026-02-15","days":259,"distance_km":0.454,"similarity":0.8108,"adjustments":[{"name":"time","label":"time, 2026-02-15 to 2026-11-01","subject":null,"sale":null,"difference":8.51,"rate":-0.44,"rate_error":3044.02,"unit":"month","amount":-3.72,"standard_error":25902.79,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1480.5,"difference":-80.5,"rate":245.0205,"rate_error":0.7719,"unit":"sq ft","amount":-19724.15,"standard_error":62.14,"source":"rates"}],"net":-19727.87,"gross":19727.87,"net_percent":-4.1,"gross_percent":4.1,"adjusted_price":460286.13,"standard_error":49038.24,"weight":0.011694432,"pinned":false,"warnings":[]},{"rank":24,"sale_id":"sale_30","address":null,"parcel":"p29","latitude":43.25,"longitude":-79.86420000000001,"living_sqft":1490.5,"price":482514.5,"close_date":"2026-03-15","priced_on":"2026-03-15","days":231,"distance_km":0.47,"similarity":0.7905,"adjustments":[{"name":"time","label":"time, 2026-03-15 to 2026-11-01","subject":null,"sale":null,"difference":7.59,"rate":-0.49,"rate_error":3103.59,"unit":"month","amount":-3.75,"standard_error":23554.6,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1490.5,"difference":-90.5,"rate":244.8464,"rate_error":0.7694,"unit":"sq ft","amount":-22158.6,"standard_error":69.63,"source":"rates"}],"net":-22162.35,"gross":22162.35,"net_percent":-4.6,"gross_percent":4.6,"adjusted_price":460352.15,"standard_error":48173.87,"weight":0.010749491,"pinned":false,"warnings":[]},{"rank":25,"sale_id":"sale_36","address":null,"parcel":"p35","latitude":43.25,"longitude":-79.863,"living_sqft":1550.5,"price":497517.5,"close_date":"2026-09-15","priced_on":"2026-09-15","days":47,"distance_km":0.567,"similarity":0.6817,"adjustments":[{"name":"time","label":"time, 2026-09-15 to 2026-11-01","subject":null,"sale":null,"difference":1.54,"rate":0.09,"rate_error":4255.93,"unit":"month","amount":0.14,"standard_error":6571.92,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1550.5,"difference":-150.5,"rate":243.8599,"rate_error":0.7549,"unit":"sq ft","amount":-36700.92,"standard_error":113.61,"source":"rates"}],"net":-36700.78,"gross":36701.06,"net_percent":-7.4,"gross_percent":7.4,"adjusted_price":460816.72,"standard_error":44546.2,"weight":0.010545322,"pinned":false,"warnings":[]},{"rank":26,"sale_id":"sale_31","address":null,"parcel":"p30","latitude":43.25,"longitude":-79.864,"living_sqft":1500.5,"price":485015.0,"close_date":"2026-04-15","priced_on":"2026-04-15","days":200,"distance_km":0.486,"similarity":0.7709,"adjustments":[{"name":"time","label":"time, 2026-04-15 to 2026-11-01","subject":null,"sale":null,"difference":6.57,"rate":-0.23,"rate_error":3185.06,"unit":"month","amount":-1.5,"standard_error":20928.96,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1500.5,"difference":-100.5,"rate":244.6757,"rate_error":0.7669,"unit":"sq ft","amount":-24589.91,"standard_error":77.07,"source":"rates"}],"net":-24591.41,"gross":24591.41,"net_percent":-5.1,"gross_percent":5.1,"adjusted_price":460423.59,"standard_error":47277.57,"weight":0.010057542,"pinned":false,"warnings":[]},{"rank":27,"sale_id":"sale_35","address":null,"parcel":"p34","latitude":43.25,"longitude":-79.8632,"living_sqft":1540.5,"price":495017.0,"close_date":"2026-08-15","priced_on":"2026-08-15","days":78,"distance_km":0.551,"similarity":0.6985,"adjustments":[{"name":"time","label":"time, 2026-08-15 to 2026-11-01","subject":null,"sale":null,"difference":2.56,"rate":0.32,"rate_error":3787.33,"unit":"month","amount":0.83,"standard_error":9705.73,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1540.5,"difference":-140.5,"rate":244.0181,"rate_error":0.7573,"unit":"sq ft","amount":-34284.55,"standard_error":106.4,"source":"rates"}],"net":-34283.72,"gross":34285.38,"net_percent":-6.9,"gross_percent":6.9,"adjusted_price":460733.28,"standard_error":44811.77,"weight":0.009681083,"pinned":false,"warnings":[]},{"rank":28,"sale_id":"sale_32","address":null,"parcel":"p31","latitude":43.25,"longitude":-79.8638,"living_sqft":1510.5,"price":487515.5,"close_date":"2026-05-15","priced_on":"2026-05-15","days":170,"distance_km":0.502,"similarity":0.752,"adjustments":[{"name":"time","label":"time, 2026-05-15 to 2026-11-01","subject":null,"sale":null,"difference":5.59,"rate":0.09,"rate_error":3277.94,"unit":"month","amount":0.51,"standard_error":18308.37,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1510.5,"difference":-110.5,"rate":244.5077,"rate_error":0.7644,"unit":"sq ft","amount":-27018.1,"standard_error":84.47,"source":"rates"}],"net":-27017.59,"gross":27018.61,"net_percent":-5.5,"gross_percent":5.5,"adjusted_price":460497.91,"standard_error":46505.23,"weight":0.009524571,"pinned":false,"warnings":[]},{"rank":29,"sale_id":"sale_34","address":null,"parcel":"p33","latitude":43.25,"longitude":-79.8634,"living_sqft":1530.5,"price":492516.5,"close_date":"2026-07-15","priced_on":"2026-07-15","days":109,"distance_km":0.535,"similarity":0.7157,"adjustments":[{"name":"time","label":"time, 2026-07-15 to 2026-11-01","subject":null,"sale":null,"difference":3.58,"rate":0.4,"rate_error":3548.98,"unit":"month","amount":1.45,"standard_error":12709.53,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1530.5,"difference":-130.5,"rate":244.1789,"rate_error":0.7596,"unit":"sq ft","amount":-31865.35,"standard_error":99.13,"source":"rates"}],"net":-31863.9,"gross":31866.8,"net_percent":-6.5,"gross_percent":6.5,"adjusted_price":460652.6,"standard_error":45248.36,"weight":0.009269525,"pinned":false,"warnings":[]},{"rank":30,"sale_id":"sale_33","address":null,"parcel":"p32","latitude":43.25,"longitude":-79.8636,"living_sqft":1520.5,"price":490016.0,"close_date":"2026-06-15","priced_on":"2026-06-15","days":139,"distance_km":0.518,"similarity":0.7336,"adjustments":[{"name":"time","label":"time, 2026-06-15 to 2026-11-01","subject":null,"sale":null,"difference":4.57,"rate":0.32,"rate_error":3398.77,"unit":"month","amount":1.47,"standard_error":15521.59,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1520.5,"difference":-120.5,"rate":244.3421,"rate_error":0.7621,"unit":"sq ft","amount":-29443.22,"standard_error":91.83,"source":"rates"}],"net":-29441.75,"gross":29444.69,"net_percent":-6.0,"gross_percent":6.0,"adjusted_price":460574.25,"standard_error":45804.24,"weight":0.009258747,"pinned":false,"warnings":[]}]},"message":{"before":"no sales are loaded, so there is nothing to compare this property with: `valhalla market import-sales` loads some from a file, `valhalla market sync` from an MLS","after":"30 comparable sales; 37 sales closed within 365 days, within 0.8 km, with a living area within 20 %"},"currency":{"before":null,"after":"CAD"},"value":{"before":null,"after":{"value":459938.02,"low":418987.05,"high":504891.45,"standard_error":33467.25,"comps":30}},"search":{"before":[],"after":[{"widened":null,"max_days":183,"radius_km":0.8,"max_size_difference":0.2,"found":19,"sentence":"19 sales closed within 183 days, within 0.8 km, with a living area within 20 %"},{"widened":"time","max_days":365,"radius_km":0.8,"max_size_difference":0.2,"found":37,"sentence":"37 sales closed within 365 days, within 0.8 km, with a living area within 20 %"}]},"rates":{"before":[],"after":[{"name":"living_sqft","unit":"sq ft","percent":0.0534,"standard_error":0.0002,"sales":38,"source":"regression on 38 sales in this market that closed before 2026-11-01, each compared with its 12 nearest neighbors"},{"name":"lot_sqft","unit":"sq ft","percent":null,"standard_error":null,"sales":0,"source":"no rate: unknown for all sales, among 38 sales in this market that closed before 2026-11-01"},{"name":"beds","unit":"bedroom","percent":null,"standard_error":null,"sales":0,"source":"no rate: the same in all sales, among 38 sales in this market that closed before 2026-11-01"},{"name":"baths","unit":"bathroom","percent":null,"standard_error":null,"sales":0,"source":"no rate: unknown for all sales, among 38 sales in this market that closed before 2026-11-01"},{"name":"age","unit":"year","percent":null,"standard_error":null,"sales":0,"source":"no rate: the same in all sales, among 38 sales in this market that closed before 2026-11-01"},{"name":"grade","unit":"step","percent":null,"standard_error":null,"sales":0,"source":"no rate: unknown for all sales, among 38 sales in this market that closed before 2026-11-01"},{"name":"condition","unit":"step","percent":null,"standard_error":null,"sales":0,"source":"no rate: unknown for all sales, among 38 sales in this market that closed before 2026-11-01"},{"name":"renovated","unit":"new renovation","percent":null,"standard_error":null,"sales":0,"source":"no rate: the same in all sales, among 38 sales in this market that closed before 2026-11-01"},{"name":"basement_sqft","unit":"sq ft","percent":null,"standard_error":null,"sales":0,"source":"no rate: unknown for all sales, among 38 sales in this market that closed before 2026-11-01"},{"name":"floors","unit":"floor","percent":null,"standard_error":null,"sales":0,"source":"no rate: unknown for all sales, among 38 sales in this market that closed before 2026-11-01"},{"name":"view","unit":"step","percent":null,"standard_error":null,"sales":0,"source":"no rate: unknown for all sales, among 38 sales in this market that closed before 2026-11-01"},{"name":"waterfront","unit":"step","percent":null,"standard_error":null,"sales":0,"source":"no rate: unknown for all sales, among 38 sales in this market that closed before 2026-11-01"}]},"index_source":{"before":null,"after":"38 sales of this market agreed 2026-01-15 to 2026-09-15"},"subject":{"before":{},"after":{"latitude":43.25,"longitude":-79.87,"living_sqft":1400.0,"beds":3.0}},"placed_by":{"before":null,"after":"coordinates"},"cautions":{"before":[],"after":["not adjusted for bedrooms: the same in all sales, among 38 sales in this market that closed before 2026-11-01"]},"data_revision":{"before":null,"after":3},"data_fingerprint":{"before":null,"after":"898af6d54fe190b65d339f791fdaa2c7e9d2f07703851fa26b026e55359159fe"}}','2d00bcfe43732658231e5b9db088a9b6b0abcabb321ed38081813dd16154fe3b');
INSERT INTO "audit_events" VALUES(43,'ev_01a22edd371ceccddacee069908a7203','2026-11-30T23:49:39.227690Z','root','api','valuation.created','valuation','val_01a22edd371ba07e71be715dc95f9c29','done',NULL,'ab0da5a42e282624','{"*":{"id":"val_01a22edd371ba07e71be715dc95f9c29","kind":"as_is","as_of":"2026-11-01","market":"hamilton","to_deal":false,"at_least":null,"notes":null,"created_at":"2026-11-30T23:49:39.227690Z","updated_at":"2026-11-30T23:49:39.227690Z","property_id":"pr_01a22edd31ae024eba1b1283c753696a","currency":"CAD","value":459938.02,"intervals":[{"percent":50,"low":415681.05,"high":508906.96},{"percent":80,"low":379501.67,"high":557423.06},{"percent":90,"low":359374.03,"high":588642.94}],"fsd":0.15,"probability_at_least":null,"confidence":"medium","typical_value":null,"drivers":[],"opinions":[{"method":"comparable sales","value":459938.02,"weight":1.0}],"comps":[{"sale_id":"sale_21","close_date":"2026-03-15","price":460010.0,"distance_km":0.324,"adjusted_price":459883.08,"weight":0.065971078},{"sale_id":"sale_18","close_date":"2026-09-15","price":452508.5,"distance_km":0.275,"adjusted_price":459799.29,"weight":0.065521425},{"sale_id":"sale_22","close_date":"2026-04-15","price":462510.5,"distance_km":0.34,"adjusted_price":459922.63,"weight":0.058852598},{"sale_id":"sale_3","close_date":"2026-03-15","price":415001.0,"distance_km":0.032,"adjusted_price":460011.37,"weight":0.053124463},{"sale_id":"sale_23","close_date":"2026-05-15","price":465011.0,"distance_km":0.356,"adjusted_price":459965.86,"weight":0.052116772},{"sale_id":"sale_20","close_date":"2026-02-15","price":457509.5,"distance_km":0.308,"adjusted_price":459849.75,"weight":0.050533241},{"sale_id":"sale_17","close_date":"2026-08-15","price":450008.0,"distance_km":0.259,"adjusted_price":459779.29,"weight":0.050472631},{"sale_id":"sale_5","close_date":"2026-05-15","price":420002.0,"distance_km":0.065,"adjusted_price":459914.27,"weight":0.047078215},{"sale_id":"sale_24","close_date":"2026-06-15","price":467511.5,"distance_km":0.373,"adjusted_price":460011.87,"weight":0.046128635},{"sale_id":"sale_6","close_date":"2026-06-15","price":422502.5,"distance_km":0.081,"adjusted_price":459873.87,"weight":0.044591393},{"sale_id":"sale_8","close_date":"2026-08-15","price":427503.5,"distance_km":0.113,"adjusted_price":459808.3,"weight":0.040869831},{"sale_id":"sale_25","close_date":"2026-07-15","price":470012.0,"distance_km":0.389,"adjusted_price":460060.63,"weight":0.040644038},{"sale_id":"sale_9","close_date":"2026-09-15","price":430004.0,"distance_km":0.13,"adjusted_price":459783.72,"weight":0.03973703},{"sale_id":"sale_16","close_date":"2026-07-15","price":447507.5,"distance_km":0.243,"adjusted_price":459763.66,"weight":0.039415272},{"sale_id":"sale_19","close_date":"2026-01-15","price":455009.0,"distance_km":0.292,"adjusted_price":459822.39,"weight":0.037493822},{"sale_id":"sale_26","close_date":"2026-08-15","price":472512.5,"distance_km":0.405,"adjusted_price":460112.45,"weight":0.035941726},{"sale_id":"sale_27","close_date":"2026-09-15","price":475013.0,"distance_km":0.421,"adjusted_price":460167.75,"weight":0.03196601},{"sale_id":"sale_15","close_date":"2026-06-15","price":445007.0,"distance_km":0.227,"adjusted_price":459752.03,"weight":0.031625318},{"sale_id":"sale_14","close_date":"2026-05-15","price":442506.5,"distance_km":0.211,"adjusted_price":459744.13,"weight":0.026134281},{"sale_id":"sale_13","close_date":"2026-04-15","price":440006.0,"distance_km":0.194,"adjusted_price":459740.01,"weight":0.022462844},{"sale_id":"sale_12","close_date":"2026-03-15","price":437505.5,"distance_km":0.178,"adjusted_price":459740.6,"weight":0.019976887},{"sale_id":"sale_11","close_date":"2026-02-15","price":435005.0,"distance_km":0.162,"adjusted_price":459748.47,"weight":0.018561778},{"sale_id":"sale_29","close_date":"2026-02-15","price":480014.0,"distance_km":0.454,"adjusted_price":460286.13,"weight":0.011694432},{"sale_id":"sale_30","close_date":"2026-03-15","price":482514.5,"distance_km":0.47,"adjusted_price":460352.15,"weight":0.010749491},{"sale_id":"sale_36","close_date":"2026-09-15","price":497517.5,"distance_km":0.567,"adjusted_price":460816.72,"weight":0.010545322},{"sale_id":"sale_31","close_date":"2026-04-15","price":485015.0,"distance_km":0.486,"adjusted_price":460423.59,"weight":0.010057542},{"sale_id":"sale_35","close_date":"2026-08-15","price":495017.0,"distance_km":0.551,"adjusted_price":460733.28,"weight":0.009681083},{"sale_id":"sale_32","close_date":"2026-05-15","price":487515.5,"distance_km":0.502,"adjusted_price":460497.91,"weight":0.009524571},{"sale_id":"sale_34","close_date":"2026-07-15","price":492516.5,"distance_km":0.535,"adjusted_price":460652.6,"weight":0.009269525},{"sale_id":"sale_33","close_date":"2026-06-15","price":490016.0,"distance_km":0.518,"adjusted_price":460574.25,"weight":0.009258747}],"search":[{"widened":null,"max_days":183,"radius_km":0.8,"max_size_difference":0.2,"found":19,"sentence":"19 sales closed within 183 days, within 0.8 km, with a living area within 20 %"},{"widened":"time","max_days":365,"radius_km":0.8,"max_size_difference":0.2,"found":37,"sentence":"37 sales closed within 365 days, within 0.8 km, with a living area within 20 %"}],"appraisals":[{"appraisal_id":"apr_01a22edd31d528490330aedf508b751e","value":540000.0,"date":"2026-01-31","who":null,"difference_percent":-14.8}],"assumptions":[],"cautions":["no model for this market: the value is from comparable sales alone, and its interval is not calibrated","not adjusted for bedrooms: the same in all sales, among 38 sales in this market that closed before 2026-11-01","excluded manually: sale_7"],"subject":{"latitude":43.25,"longitude":-79.87,"living_sqft":1400.0,"beds":3.0},"placed_by":"coordinates","model_id":null,"model_version":null,"program":"0.9.0","trained_until":null,"data_revision":3,"data_fingerprint":"898af6d54fe190b65d339f791fdaa2c7e9d2f07703851fa26b026e55359159fe","deal_id":null}}','4ec75b4aae4d467c7ecb2a615262b5bbf44aed3313b00603aea48660c9527814');
INSERT INTO "audit_events" VALUES(44,'ev_01a22edd376e45c71831dbb15d0ccdee','2026-11-30T23:49:39.309884Z','dana','cli','token.created','token','office-toronto','done',NULL,NULL,'{"role": {"before": null, "after": "operator"}, "expires_at": {"before": null, "after": "2027-11-30T23:49:39.309884Z"}}','29629fc65c1fa2bc612b73c282e2d9aed5f41d4e2065b15cc57dc529cdbc6799');
INSERT INTO "audit_events" VALUES(45,'ev_01a22edd377054302724e5f3b26b37d5','2026-11-30T23:49:39.312516Z','dana','cli','token.created','token','gone','done',NULL,NULL,'{"role": {"before": null, "after": "viewer"}, "expires_at": {"before": null, "after": "2027-11-30T23:49:39.312516Z"}}','fff1f383239498654451f100fcf23067cef3aec42352644763df581a97b86639');
INSERT INTO "audit_events" VALUES(46,'ev_01a22edd3772708ae5e901a727dd3630','2026-11-30T23:49:39.313424Z','dana','cli','token.revoked','token','gone','done',NULL,NULL,'{"revoked_at": {"before": null, "after": "2026-11-30T23:49:39.313424Z"}}','85e46ac91cf79deba1db67da780e038126c6b5bcad807591d5f39679e6c1544c');
INSERT INTO "audit_events" VALUES(47,'ev_01a22edd377696b6b5474dde29c2bdf3','2026-11-30T23:49:39.317890Z','dana','cli','person.invited','person','per_01a22edd3775b8612fab92da91bb2dd2','done',NULL,NULL,'{"email": {"before": null, "after": "ana@example.com"}, "name": {"before": null, "after": "ana"}, "role": {"before": null, "after": "operator"}}','ddef39ffbfd928a419b596875cc2871e19e8bb8b5d518e088bac129fc89a8f1f');
INSERT INTO "audit_events" VALUES(48,'ev_01a22edd3778df31ba7b1afc9f0e05d9','2026-11-30T23:49:39.317890Z','dana','cli','person.invitation_created','person','per_01a22edd3775b8612fab92da91bb2dd2','done',NULL,NULL,'{"expires_at": {"before": null, "after": "2026-12-03T23:49:39.317890Z"}}','d5e18a108d71c1963a5e65fbd121c1b5e572325c9120ee71fcc62fbd748258eb');
INSERT INTO "audit_events" VALUES(49,'ev_01a22edd377ef2c138f87c1212567f15','2026-11-30T23:49:39.325587Z','dana','cli','person.joined','person','per_01a22edd3775b8612fab92da91bb2dd2','done',NULL,NULL,'{"email": {"before": null, "after": "ana@example.com"}, "name": {"before": null, "after": "Ana"}}','9f5fb9c06cb00843711f23141f59f9e227139d39ffa1c02b244a7d69f1721a3e');
INSERT INTO "audit_events" VALUES(50,'ev_01a22edd3783ab7f2b1f70419f0c7abc','2026-11-30T23:49:39.331259Z','dana','cli','person.disabled','person','per_01a22edd3775b8612fab92da91bb2dd2','done',NULL,NULL,'{"status": {"before": null, "after": "disabled"}, "email": {"before": null, "after": "ana@example.com"}}','5dd19e3a82cc33482894cbd06d6aefb877ef0e60acf32d18dde91caed4abb474');
INSERT INTO "audit_events" VALUES(51,'ev_01a22edd378966a7b2f1073a4a2f403d','2026-11-30T23:49:39.337647Z','dana','cli','person.invited','person','per_01a22edd37890a18b998496e68565370','done',NULL,NULL,'{"email": {"before": null, "after": "dana@example.com"}, "name": {"before": null, "after": "dana"}, "role": {"before": null, "after": "viewer"}}','2257d4662c3664605a9481ade66c9a9a78ba4878c21c2a31953e977863a7a51d');
INSERT INTO "audit_events" VALUES(52,'ev_01a22edd3789035024e8719711b9377d','2026-11-30T23:49:39.337647Z','dana','cli','person.invitation_created','person','per_01a22edd37890a18b998496e68565370','done',NULL,NULL,'{"expires_at": {"before": null, "after": "2026-12-03T23:49:39.337647Z"}}','861a1f5a838f2b08c14139b61c068194609f6011d262747f1cce13725668de2e');
CREATE TABLE commitments (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	doc TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
INSERT INTO "commitments" VALUES(1,'cmt_01a22edd321b8ae5bdd116aadc6e7522','{"id":"cmt_01a22edd321b8ae5bdd116aadc6e7522","created_at":"2026-11-30T23:49:37.947927Z","updated_at":"2026-11-30T23:49:37.947927Z","agreement_id":"agr_01a22edd3204e2579f7c4f29f6b1f3b9","currency":"CAD","effective_on":"2025-11-30","posted_on":"2026-11-30","note":null,"source_key":"key-2","entry_id":"en_01a22edd321b1470ec48292ad88c5e14","partner_id":"p_01a22edd31dd606a08f42bd02577b9a0","amount":200000}');
CREATE TABLE comps (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	doc TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
INSERT INTO "comps" VALUES(1,'pr_01a22edd31ae024eba1b1283c753696a','{"property_id":"pr_01a22edd31ae024eba1b1283c753696a","radius_km":2,"beds":null,"baths":null,"notes":"30 comparable sales; 37 sales closed within 365 days, within 0.8 km, with a living area within 20 %","as_of":"2026-11-01","max_days":null,"market":"hamilton","pinned":[],"excluded":["sale_7"],"created_at":"2026-11-30T23:49:37.856187Z","updated_at":"2026-11-30T23:49:39.184564Z","ok":true,"comps":[{"rank":1,"sale_id":"sale_21","address":null,"parcel":"p20","latitude":43.25,"longitude":-79.866,"living_sqft":1400.5,"price":460010.0,"close_date":"2026-03-15","priced_on":"2026-03-15","days":231,"distance_km":0.324,"similarity":0.9987,"adjustments":[{"name":"time","label":"time, 2026-03-15 to 2026-11-01","subject":null,"sale":null,"difference":7.59,"rate":-0.48,"rate_error":3100.42,"unit":"month","amount":-3.66,"standard_error":23530.59,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1400.5,"difference":-0.5,"rate":246.52,"rate_error":0.8,"unit":"sq ft","amount":-123.26,"standard_error":0.4,"source":"rates"}],"net":-126.92,"gross":126.92,"net_percent":-0.0,"gross_percent":0.0,"adjusted_price":459883.08,"standard_error":44657.26,"weight":0.065971078,"pinned":false,"warnings":[]},{"rank":2,"sale_id":"sale_18","address":null,"parcel":"p17","latitude":43.25,"longitude":-79.8666,"living_sqft":1370.5,"price":452508.5,"close_date":"2026-09-15","priced_on":"2026-09-15","days":47,"distance_km":0.275,"similarity":0.9232,"adjustments":[{"name":"time","label":"time, 2026-09-15 to 2026-11-01","subject":null,"sale":null,"difference":1.54,"rate":0.08,"rate_error":4246.53,"unit":"month","amount":0.13,"standard_error":6557.41,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1370.5,"difference":29.5,"rate":247.141,"rate_error":0.8014,"unit":"sq ft","amount":7290.66,"standard_error":23.64,"source":"rates"}],"net":7290.79,"gross":7290.79,"net_percent":1.6,"gross_percent":1.6,"adjusted_price":459799.29,"standard_error":39311.3,"weight":0.065521425,"pinned":false,"warnings":[]},{"rank":3,"sale_id":"sale_22","address":null,"parcel":"p21","latitude":43.25,"longitude":-79.86580000000001,"living_sqft":1410.5,"price":462510.5,"close_date":"2026-04-15","priced_on":"2026-04-15","days":200,"distance_km":0.34,"similarity":0.9724,"adjustments":[{"name":"time","label":"time, 2026-04-15 to 2026-11-01","subject":null,"sale":null,"difference":6.57,"rate":-0.22,"rate_error":3181.6,"unit":"month","amount":-1.47,"standard_error":20906.19,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1410.5,"difference":-10.5,"rate":246.3238,"rate_error":0.7905,"unit":"sq ft","amount":-2586.4,"standard_error":8.3,"source":"rates"}],"net":-2587.87,"gross":2587.87,"net_percent":-0.6,"gross_percent":0.6,"adjusted_price":459922.63,"standard_error":43797.78,"weight":0.058852598,"pinned":false,"warnings":[]},{"rank":4,"sale_id":"sale_3","address":null,"parcel":"p2","latitude":43.25,"longitude":-79.8696,"living_sqft":1220.5,"price":415001.0,"close_date":"2026-03-15","priced_on":"2026-03-15","days":231,"distance_km":0.032,"similarity":0.5976,"adjustments":[{"name":"time","label":"time, 2026-03-15 to 2026-11-01","subject":null,"sale":null,"difference":7.59,"rate":-0.46,"rate_error":3101.29,"unit":"month","amount":-3.47,"standard_error":23537.16,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1220.5,"difference":179.5,"rate":250.7735,"rate_error":0.8491,"unit":"sq ft","amount":45013.84,"standard_error":152.41,"source":"rates"}],"net":45010.37,"gross":45017.31,"net_percent":10.8,"gross_percent":10.8,"adjusted_price":460011.37,"standard_error":47973.72,"weight":0.053124463,"pinned":false,"warnings":[]},{"rank":5,"sale_id":"sale_23","address":null,"parcel":"p22","latitude":43.25,"longitude":-79.8656,"living_sqft":1420.5,"price":465011.0,"close_date":"2026-05-15","priced_on":"2026-05-15","days":170,"distance_km":0.356,"similarity":0.9469,"adjustments":[{"name":"time","label":"time, 2026-05-15 to 2026-11-01","subject":null,"sale":null,"difference":5.59,"rate":0.09,"rate_error":3274.15,"unit":"month","amount":0.5,"standard_error":18287.21,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1420.5,"difference":-20.5,"rate":246.1288,"rate_error":0.7878,"unit":"sq ft","amount":-5045.64,"standard_error":16.15,"source":"rates"}],"net":-5045.14,"gross":5046.14,"net_percent":-1.1,"gross_percent":1.1,"adjusted_price":459965.86,"standard_error":43069.46,"weight":0.052116772,"pinned":false,"warnings":[]},{"rank":6,"sale_id":"sale_20","address":null,"parcel":"p19","latitude":43.25,"longitude":-79.8662,"living_sqft":1390.5,"price":457509.5,"close_date":"2026-02-15","priced_on":"2026-02-15","days":259,"distance_km":0.308,"similarity":0.9748,"adjustments":[{"name":"time","label":"time, 2026-02-15 to 2026-11-01","subject":null,"sale":null,"difference":8.51,"rate":-0.43,"rate_error":3041.13,"unit":"month","amount":-3.63,"standard_error":25878.23,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1390.5,"difference":9.5,"rate":246.7242,"rate_error":0.7958,"unit":"sq ft","amount":2343.88,"standard_error":7.56,"source":"rates"}],"net":2340.25,"gross":2347.51,"net_percent":0.5,"gross_percent":0.5,"adjusted_price":459849.75,"standard_error":46144.85,"weight":0.050533241,"pinned":false,"warnings":[]},{"rank":7,"sale_id":"sale_17","address":null,"parcel":"p16","latitude":43.25,"longitude":-79.8668,"living_sqft":1360.5,"price":450008.0,"close_date":"2026-08-15","priced_on":"2026-08-15","days":78,"distance_km":0.259,"similarity":0.8982,"adjustments":[{"name":"time","label":"time, 2026-08-15 to 2026-11-01","subject":null,"sale":null,"difference":2.56,"rate":0.31,"rate_error":3779.49,"unit":"month","amount":0.79,"standard_error":9685.63,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1360.5,"difference":39.5,"rate":247.3544,"rate_error":0.8043,"unit":"sq ft","amount":9770.5,"standard_error":31.77,"source":"rates"}],"net":9771.29,"gross":9771.29,"net_percent":2.2,"gross_percent":2.2,"adjusted_price":459779.29,"standard_error":40207.23,"weight":0.050472631,"pinned":false,"warnings":[]},{"rank":8,"sale_id":"sale_5","address":null,"parcel":"p4","latitude":43.25,"longitude":-79.8692,"living_sqft":1240.5,"price":420002.0,"close_date":"2026-05-15","priced_on":"2026-05-15","days":170,"distance_km":0.065,"similarity":0.6351,"adjustments":[{"name":"time","label":"time, 2026-05-15 to 2026-11-01","subject":null,"sale":null,"difference":5.59,"rate":0.08,"rate_error":3273.78,"unit":"month","amount":0.47,"standard_error":18285.16,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1240.5,"difference":159.5,"rate":250.2307,"rate_error":0.8422,"unit":"sq ft","amount":39911.8,"standard_error":134.33,"source":"rates"}],"net":39912.27,"gross":39912.27,"net_percent":9.5,"gross_percent":9.5,"adjusted_price":459914.27,"standard_error":45348.76,"weight":0.047078215,"pinned":false,"warnings":[]},{"rank":9,"sale_id":"sale_24","address":null,"parcel":"p23","latitude":43.25,"longitude":-79.86540000000001,"living_sqft":1430.5,"price":467511.5,"close_date":"2026-06-15","priced_on":"2026-06-15","days":139,"distance_km":0.373,"similarity":0.9223,"adjustments":[{"name":"time","label":"time, 2026-06-15 to 2026-11-01","subject":null,"sale":null,"difference":4.57,"rate":0.32,"rate_error":3394.62,"unit":"month","amount":1.44,"standard_error":15502.64,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1430.5,"difference":-30.5,"rate":245.9367,"rate_error":0.7849,"unit":"sq ft","amount":-7501.07,"standard_error":23.94,"source":"rates"}],"net":-7499.63,"gross":7502.51,"net_percent":-1.6,"gross_percent":1.6,"adjusted_price":460011.87,"standard_error":42415.74,"weight":0.046128635,"pinned":false,"warnings":[]},{"rank":10,"sale_id":"sale_6","address":null,"parcel":"p5","latitude":43.25,"longitude":-79.869,"living_sqft":1250.5,"price":422502.5,"close_date":"2026-06-15","priced_on":"2026-06-15","days":139,"distance_km":0.081,"similarity":0.6546,"adjustments":[{"name":"time","label":"time, 2026-06-15 to 2026-11-01","subject":null,"sale":null,"difference":4.57,"rate":0.3,"rate_error":3393.6,"unit":"month","amount":1.37,"standard_error":15497.99,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1250.5,"difference":149.5,"rate":249.9666,"rate_error":0.8388,"unit":"sq ft","amount":37370.0,"standard_error":125.4,"source":"rates"}],"net":37371.37,"gross":37371.37,"net_percent":8.8,"gross_percent":8.8,"adjusted_price":459873.87,"standard_error":44145.95,"weight":0.044591393,"pinned":false,"warnings":[]},{"rank":11,"sale_id":"sale_8","address":null,"parcel":"p7","latitude":43.25,"longitude":-79.8686,"living_sqft":1270.5,"price":427503.5,"close_date":"2026-08-15","priced_on":"2026-08-15","days":78,"distance_km":0.113,"similarity":0.6947,"adjustments":[{"name":"time","label":"time, 2026-08-15 to 2026-11-01","subject":null,"sale":null,"difference":2.56,"rate":0.3,"rate_error":3779.73,"unit":"month","amount":0.77,"standard_error":9686.24,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1270.5,"difference":129.5,"rate":249.452,"rate_error":0.8322,"unit":"sq ft","amount":32304.03,"standard_error":107.77,"source":"rates"}],"net":32304.8,"gross":32304.8,"net_percent":7.6,"gross_percent":7.6,"adjusted_price":459808.3,"standard_error":42117.11,"weight":0.040869831,"pinned":false,"warnings":[]},{"rank":12,"sale_id":"sale_25","address":null,"parcel":"p24","latitude":43.25,"longitude":-79.8652,"living_sqft":1440.5,"price":470012.0,"close_date":"2026-07-15","priced_on":"2026-07-15","days":109,"distance_km":0.389,"similarity":0.8985,"adjustments":[{"name":"time","label":"time, 2026-07-15 to 2026-11-01","subject":null,"sale":null,"difference":3.58,"rate":0.39,"rate_error":3544.42,"unit":"month","amount":1.41,"standard_error":12693.2,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1440.5,"difference":-40.5,"rate":245.7477,"rate_error":0.7822,"unit":"sq ft","amount":-9952.78,"standard_error":31.68,"source":"rates"}],"net":-9951.37,"gross":9954.19,"net_percent":-2.1,"gross_percent":2.1,"adjusted_price":460060.63,"standard_error":41916.12,"weight":0.040644038,"pinned":false,"warnings":[]},{"rank":13,"sale_id":"sale_9","address":null,"parcel":"p8","latitude":43.25,"longitude":-79.86840000000001,"living_sqft":1280.5,"price":430004.0,"close_date":"2026-09-15","priced_on":"2026-09-15","days":47,"distance_km":0.13,"similarity":0.7155,"adjustments":[{"name":"time","label":"time, 2026-09-15 to 2026-11-01","subject":null,"sale":null,"difference":1.54,"rate":0.08,"rate_error":4246.39,"unit":"month","amount":0.13,"standard_error":6557.19,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1280.5,"difference":119.5,"rate":249.2016,"rate_error":0.829,"unit":"sq ft","amount":29779.59,"standard_error":99.06,"source":"rates"}],"net":29779.72,"gross":29779.72,"net_percent":6.9,"gross_percent":6.9,"adjusted_price":459783.72,"standard_error":41326.25,"weight":0.03973703,"pinned":false,"warnings":[]},{"rank":14,"sale_id":"sale_16","address":null,"parcel":"p15","latitude":43.25,"longitude":-79.867,"living_sqft":1350.5,"price":447507.5,"close_date":"2026-07-15","priced_on":"2026-07-15","days":109,"distance_km":0.243,"similarity":0.8736,"adjustments":[{"name":"time","label":"time, 2026-07-15 to 2026-11-01","subject":null,"sale":null,"difference":3.58,"rate":0.39,"rate_error":3542.13,"unit":"month","amount":1.38,"standard_error":12685.0,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1350.5,"difference":49.5,"rate":247.5713,"rate_error":0.8073,"unit":"sq ft","amount":12254.78,"standard_error":39.96,"source":"rates"}],"net":12256.16,"gross":12256.16,"net_percent":2.7,"gross_percent":2.7,"adjusted_price":459763.66,"standard_error":41274.03,"weight":0.039415272,"pinned":false,"warnings":[]},{"rank":15,"sale_id":"sale_19","address":null,"parcel":"p18","latitude":43.25,"longitude":-79.8664,"living_sqft":1380.5,"price":455009.0,"close_date":"2026-01-15","priced_on":"2026-01-15","days":290,"distance_km":0.292,"similarity":0.9487,"adjustments":[{"name":"time","label":"time, 2026-01-15 to 2026-11-01","subject":null,"sale":null,"difference":9.53,"rate":-0.19,"rate_error":2978.11,"unit":"month","amount":-1.77,"standard_error":28375.19,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1380.5,"difference":19.5,"rate":246.9313,"rate_error":0.7985,"unit":"sq ft","amount":4815.16,"standard_error":15.57,"source":"rates"}],"net":4813.39,"gross":4816.93,"net_percent":1.1,"gross_percent":1.1,"adjusted_price":459822.39,"standard_error":47817.15,"weight":0.037493822,"pinned":false,"warnings":[]},{"rank":16,"sale_id":"sale_26","address":null,"parcel":"p25","latitude":43.25,"longitude":-79.86500000000001,"living_sqft":1450.5,"price":472512.5,"close_date":"2026-08-15","priced_on":"2026-08-15","days":78,"distance_km":0.405,"similarity":0.8755,"adjustments":[{"name":"time","label":"time, 2026-08-15 to 2026-11-01","subject":null,"sale":null,"difference":2.56,"rate":0.32,"rate_error":3782.23,"unit":"month","amount":0.81,"standard_error":9692.65,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1450.5,"difference":-50.5,"rate":245.5616,"rate_error":0.7796,"unit":"sq ft","amount":-12400.86,"standard_error":39.37,"source":"rates"}],"net":-12400.05,"gross":12401.67,"net_percent":-2.6,"gross_percent":2.6,"adjusted_price":460112.45,"standard_error":41542.67,"weight":0.035941726,"pinned":false,"warnings":[]},{"rank":17,"sale_id":"sale_27","address":null,"parcel":"p26","latitude":43.25,"longitude":-79.8648,"living_sqft":1460.5,"price":475013.0,"close_date":"2026-09-15","priced_on":"2026-09-15","days":47,"distance_km":0.421,"similarity":0.8532,"adjustments":[{"name":"time","label":"time, 2026-09-15 to 2026-11-01","subject":null,"sale":null,"difference":1.54,"rate":0.09,"rate_error":4249.94,"unit":"month","amount":0.14,"standard_error":6562.67,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1460.5,"difference":-60.5,"rate":245.3783,"rate_error":0.777,"unit":"sq ft","amount":-14845.39,"standard_error":47.01,"source":"rates"}],"net":-14845.25,"gross":14845.53,"net_percent":-3.1,"gross_percent":3.1,"adjusted_price":460167.75,"standard_error":41350.74,"weight":0.03196601,"pinned":false,"warnings":[]},{"rank":18,"sale_id":"sale_15","address":null,"parcel":"p14","latitude":43.25,"longitude":-79.86720000000001,"living_sqft":1340.5,"price":445007.0,"close_date":"2026-06-15","priced_on":"2026-06-15","days":139,"distance_km":0.227,"similarity":0.8496,"adjustments":[{"name":"time","label":"time, 2026-06-15 to 2026-11-01","subject":null,"sale":null,"difference":4.57,"rate":0.31,"rate_error":3392.7,"unit":"month","amount":1.4,"standard_error":15493.88,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1340.5,"difference":59.5,"rate":247.7921,"rate_error":0.8103,"unit":"sq ft","amount":14743.63,"standard_error":48.21,"source":"rates"}],"net":14745.03,"gross":14745.03,"net_percent":3.3,"gross_percent":3.3,"adjusted_price":459752.03,"standard_error":42449.01,"weight":0.031625318,"pinned":false,"warnings":[]},{"rank":19,"sale_id":"sale_14","address":null,"parcel":"p13","latitude":43.25,"longitude":-79.8674,"living_sqft":1330.5,"price":442506.5,"close_date":"2026-05-15","priced_on":"2026-05-15","days":170,"distance_km":0.211,"similarity":0.8261,"adjustments":[{"name":"time","label":"time, 2026-05-15 to 2026-11-01","subject":null,"sale":null,"difference":5.59,"rate":0.09,"rate_error":3272.57,"unit":"month","amount":0.49,"standard_error":18278.4,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1330.5,"difference":69.5,"rate":248.0164,"rate_error":0.8132,"unit":"sq ft","amount":17237.14,"standard_error":56.52,"source":"rates"}],"net":17237.63,"gross":17237.63,"net_percent":3.9,"gross_percent":3.9,"adjusted_price":459744.13,"standard_error":43755.9,"weight":0.026134281,"pinned":false,"warnings":[]},{"rank":20,"sale_id":"sale_13","address":null,"parcel":"p12","latitude":43.25,"longitude":-79.86760000000001,"living_sqft":1320.5,"price":440006.0,"close_date":"2026-04-15","priced_on":"2026-04-15","days":200,"distance_km":0.194,"similarity":0.803,"adjustments":[{"name":"time","label":"time, 2026-04-15 to 2026-11-01","subject":null,"sale":null,"difference":6.57,"rate":-0.22,"rate_error":3180.33,"unit":"month","amount":-1.43,"standard_error":20897.89,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1320.5,"difference":79.5,"rate":248.2445,"rate_error":0.8164,"unit":"sq ft","amount":19735.44,"standard_error":64.9,"source":"rates"}],"net":19734.01,"gross":19736.87,"net_percent":4.5,"gross_percent":4.5,"adjusted_price":459740.01,"standard_error":45113.46,"weight":0.022462844,"pinned":false,"warnings":[]},{"rank":21,"sale_id":"sale_12","address":null,"parcel":"p11","latitude":43.25,"longitude":-79.8678,"living_sqft":1310.5,"price":437505.5,"close_date":"2026-03-15","priced_on":"2026-03-15","days":231,"distance_km":0.178,"similarity":0.7804,"adjustments":[{"name":"time","label":"time, 2026-03-15 to 2026-11-01","subject":null,"sale":null,"difference":7.59,"rate":-0.47,"rate_error":3099.46,"unit":"month","amount":-3.56,"standard_error":23523.3,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1310.5,"difference":89.5,"rate":248.4766,"rate_error":0.8194,"unit":"sq ft","amount":22238.66,"standard_error":73.34,"source":"rates"}],"net":22235.1,"gross":22242.22,"net_percent":5.1,"gross_percent":5.1,"adjusted_price":459740.6,"standard_error":46575.58,"weight":0.019976887,"pinned":false,"warnings":[]},{"rank":22,"sale_id":"sale_11","address":null,"parcel":"p10","latitude":43.25,"longitude":-79.86800000000001,"living_sqft":1300.5,"price":435005.0,"close_date":"2026-02-15","priced_on":"2026-02-15","days":259,"distance_km":0.162,"similarity":0.7583,"adjustments":[{"name":"time","label":"time, 2026-02-15 to 2026-11-01","subject":null,"sale":null,"difference":8.51,"rate":-0.42,"rate_error":3040.46,"unit":"month","amount":-3.54,"standard_error":25872.53,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1300.5,"difference":99.5,"rate":248.7137,"rate_error":0.8225,"unit":"sq ft","amount":24747.01,"standard_error":81.84,"source":"rates"}],"net":24743.47,"gross":24750.55,"net_percent":5.7,"gross_percent":5.7,"adjusted_price":459748.47,"standard_error":47981.24,"weight":0.018561778,"pinned":false,"warnings":[]},{"rank":23,"sale_id":"sale_29","address":null,"parcel":"p28","latitude":43.25,"longitude":-79.8644,"living_sqft":1480.5,"price":480014.0,"close_date":"2026-02-15","priced_on":"2026-02-15","days":259,"distance_km":0.454,"similarity":0.8108,"adjustments":[{"name":"time","label":"time, 2026-02-15 to 2026-11-01","subject":null,"sale":null,"difference":8.51,"rate":-0.44,"rate_error":3044.02,"unit":"month","amount":-3.72,"standard_error":25902.79,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1480.5,"difference":-80.5,"rate":245.0205,"rate_error":0.7719,"unit":"sq ft","amount":-19724.15,"standard_error":62.14,"source":"rates"}],"net":-19727.87,"gross":19727.87,"net_percent":-4.1,"gross_percent":4.1,"adjusted_price":460286.13,"standard_error":49038.24,"weight":0.011694432,"pinned":false,"warnings":[]},{"rank":24,"sale_id":"sale_30","address":null,"parcel":"p29","latitude":43.25,"longitude":-79.86420000000001,"living_sqft":1490.5,"price":482514.5,"close_date":"2026-03-15","priced_on":"2026-03-15","days":231,"distance_km":0.47,"similarity":0.7905,"adjustments":[{"name":"time","label":"time, 2026-03-15 to 2026-11-01","subject":null,"sale":null,"difference":7.59,"rate":-0.49,"rate_error":3103.59,"unit":"month","amount":-3.75,"standard_error":23554.6,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1490.5,"difference":-90.5,"rate":244.8464,"rate_error":0.7694,"unit":"sq ft","amount":-22158.6,"standard_error":69.63,"source":"rates"}],"net":-22162.35,"gross":22162.35,"net_percent":-4.6,"gross_percent":4.6,"adjusted_price":460352.15,"standard_error":48173.87,"weight":0.010749491,"pinned":false,"warnings":[]},{"rank":25,"sale_id":"sale_36","address":null,"parcel":"p35","latitude":43.25,"longitude":-79.863,"living_sqft":1550.5,"price":497517.5,"close_date":"2026-09-15","priced_on":"2026-09-15","days":47,"distance_km":0.567,"similarity":0.6817,"adjustments":[{"name":"time","label":"time, 2026-09-15 to 2026-11-01","subject":null,"sale":null,"difference":1.54,"rate":0.09,"rate_error":4255.93,"unit":"month","amount":0.14,"standard_error":6571.92,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1550.5,"difference":-150.5,"rate":243.8599,"rate_error":0.7549,"unit":"sq ft","amount":-36700.92,"standard_error":113.61,"source":"rates"}],"net":-36700.78,"gross":36701.06,"net_percent":-7.4,"gross_percent":7.4,"adjusted_price":460816.72,"standard_error":44546.2,"weight":0.010545322,"pinned":false,"warnings":[]},{"rank":26,"sale_id":"sale_31","address":null,"parcel":"p30","latitude":43.25,"longitude":-79.864,"living_sqft":1500.5,"price":485015.0,"close_date":"2026-04-15","priced_on":"2026-04-15","days":200,"distance_km":0.486,"similarity":0.7709,"adjustments":[{"name":"time","label":"time, 2026-04-15 to 2026-11-01","subject":null,"sale":null,"difference":6.57,"rate":-0.23,"rate_error":3185.06,"unit":"month","amount":-1.5,"standard_error":20928.96,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1500.5,"difference":-100.5,"rate":244.6757,"rate_error":0.7669,"unit":"sq ft","amount":-24589.91,"standard_error":77.07,"source":"rates"}],"net":-24591.41,"gross":24591.41,"net_percent":-5.1,"gross_percent":5.1,"adjusted_price":460423.59,"standard_error":47277.57,"weight":0.010057542,"pinned":false,"warnings":[]},{"rank":27,"sale_id":"sale_35","address":null,"parcel":"p34","latitude":43.25,"longitude":-79.8632,"living_sqft":1540.5,"price":495017.0,"close_date":"2026-08-15","priced_on":"2026-08-15","days":78,"distance_km":0.551,"similarity":0.6985,"adjustments":[{"name":"time","label":"time, 2026-08-15 to 2026-11-01","subject":null,"sale":null,"difference":2.56,"rate":0.32,"rate_error":3787.33,"unit":"month","amount":0.83,"standard_error":9705.73,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1540.5,"difference":-140.5,"rate":244.0181,"rate_error":0.7573,"unit":"sq ft","amount":-34284.55,"standard_error":106.4,"source":"rates"}],"net":-34283.72,"gross":34285.38,"net_percent":-6.9,"gross_percent":6.9,"adjusted_price":460733.28,"standard_error":44811.77,"weight":0.009681083,"pinned":false,"warnings":[]},{"rank":28,"sale_id":"sale_32","address":null,"parcel":"p31","latitude":43.25,"longitude":-79.8638,"living_sqft":1510.5,"price":487515.5,"close_date":"2026-05-15","priced_on":"2026-05-15","days":170,"distance_km":0.502,"similarity":0.752,"adjustments":[{"name":"time","label":"time, 2026-05-15 to 2026-11-01","subject":null,"sale":null,"difference":5.59,"rate":0.09,"rate_error":3277.94,"unit":"month","amount":0.51,"standard_error":18308.37,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1510.5,"difference":-110.5,"rate":244.5077,"rate_error":0.7644,"unit":"sq ft","amount":-27018.1,"standard_error":84.47,"source":"rates"}],"net":-27017.59,"gross":27018.61,"net_percent":-5.5,"gross_percent":5.5,"adjusted_price":460497.91,"standard_error":46505.23,"weight":0.009524571,"pinned":false,"warnings":[]},{"rank":29,"sale_id":"sale_34","address":null,"parcel":"p33","latitude":43.25,"longitude":-79.8634,"living_sqft":1530.5,"price":492516.5,"close_date":"2026-07-15","priced_on":"2026-07-15","days":109,"distance_km":0.535,"similarity":0.7157,"adjustments":[{"name":"time","label":"time, 2026-07-15 to 2026-11-01","subject":null,"sale":null,"difference":3.58,"rate":0.4,"rate_error":3548.98,"unit":"month","amount":1.45,"standard_error":12709.53,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1530.5,"difference":-130.5,"rate":244.1789,"rate_error":0.7596,"unit":"sq ft","amount":-31865.35,"standard_error":99.13,"source":"rates"}],"net":-31863.9,"gross":31866.8,"net_percent":-6.5,"gross_percent":6.5,"adjusted_price":460652.6,"standard_error":45248.36,"weight":0.009269525,"pinned":false,"warnings":[]},{"rank":30,"sale_id":"sale_33","address":null,"parcel":"p32","latitude":43.25,"longitude":-79.8636,"living_sqft":1520.5,"price":490016.0,"close_date":"2026-06-15","priced_on":"2026-06-15","days":139,"distance_km":0.518,"similarity":0.7336,"adjustments":[{"name":"time","label":"time, 2026-06-15 to 2026-11-01","subject":null,"sale":null,"difference":4.57,"rate":0.32,"rate_error":3398.77,"unit":"month","amount":1.47,"standard_error":15521.59,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1520.5,"difference":-120.5,"rate":244.3421,"rate_error":0.7621,"unit":"sq ft","amount":-29443.22,"standard_error":91.83,"source":"rates"}],"net":-29441.75,"gross":29444.69,"net_percent":-6.0,"gross_percent":6.0,"adjusted_price":460574.25,"standard_error":45804.24,"weight":0.009258747,"pinned":false,"warnings":[]}],"message":"30 comparable sales; 37 sales closed within 365 days, within 0.8 km, with a living area within 20 %","currency":"CAD","value":{"value":459938.02,"low":418987.05,"high":504891.45,"standard_error":33467.25,"comps":30},"search":[{"widened":null,"max_days":183,"radius_km":0.8,"max_size_difference":0.2,"found":19,"sentence":"19 sales closed within 183 days, within 0.8 km, with a living area within 20 %"},{"widened":"time","max_days":365,"radius_km":0.8,"max_size_difference":0.2,"found":37,"sentence":"37 sales closed within 365 days, within 0.8 km, with a living area within 20 %"}],"rates":[{"name":"living_sqft","unit":"sq ft","percent":0.0534,"standard_error":0.0002,"sales":38,"source":"regression on 38 sales in this market that closed before 2026-11-01, each compared with its 12 nearest neighbors"},{"name":"lot_sqft","unit":"sq ft","percent":null,"standard_error":null,"sales":0,"source":"no rate: unknown for all sales, among 38 sales in this market that closed before 2026-11-01"},{"name":"beds","unit":"bedroom","percent":null,"standard_error":null,"sales":0,"source":"no rate: the same in all sales, among 38 sales in this market that closed before 2026-11-01"},{"name":"baths","unit":"bathroom","percent":null,"standard_error":null,"sales":0,"source":"no rate: unknown for all sales, among 38 sales in this market that closed before 2026-11-01"},{"name":"age","unit":"year","percent":null,"standard_error":null,"sales":0,"source":"no rate: the same in all sales, among 38 sales in this market that closed before 2026-11-01"},{"name":"grade","unit":"step","percent":null,"standard_error":null,"sales":0,"source":"no rate: unknown for all sales, among 38 sales in this market that closed before 2026-11-01"},{"name":"condition","unit":"step","percent":null,"standard_error":null,"sales":0,"source":"no rate: unknown for all sales, among 38 sales in this market that closed before 2026-11-01"},{"name":"renovated","unit":"new renovation","percent":null,"standard_error":null,"sales":0,"source":"no rate: the same in all sales, among 38 sales in this market that closed before 2026-11-01"},{"name":"basement_sqft","unit":"sq ft","percent":null,"standard_error":null,"sales":0,"source":"no rate: unknown for all sales, among 38 sales in this market that closed before 2026-11-01"},{"name":"floors","unit":"floor","percent":null,"standard_error":null,"sales":0,"source":"no rate: unknown for all sales, among 38 sales in this market that closed before 2026-11-01"},{"name":"view","unit":"step","percent":null,"standard_error":null,"sales":0,"source":"no rate: unknown for all sales, among 38 sales in this market that closed before 2026-11-01"},{"name":"waterfront","unit":"step","percent":null,"standard_error":null,"sales":0,"source":"no rate: unknown for all sales, among 38 sales in this market that closed before 2026-11-01"}],"index_source":"38 sales of this market agreed 2026-01-15 to 2026-09-15","subject":{"latitude":43.25,"longitude":-79.87,"living_sqft":1400.0,"beds":3.0},"placed_by":"coordinates","cautions":["not adjusted for bedrooms: the same in all sales, among 38 sales in this market that closed before 2026-11-01"],"data_revision":3,"data_fingerprint":"898af6d54fe190b65d339f791fdaa2c7e9d2f07703851fa26b026e55359159fe","prior_sales":[]}');
CREATE TABLE consents (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	doc TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
INSERT INTO "consents" VALUES(1,'cs_01a22edd31a9160d73ae9210089f57d9','{"id":"cs_01a22edd31a9160d73ae9210089f57d9","created_at":"2026-11-30T23:49:37.833691Z","updated_at":"2026-11-30T23:49:37.833691Z","address":"+14165550123","channel":"sms","scope":"company","kind":"express","until":null,"obtained_on":"2026-01-31","source":"web form","note":null}');
CREATE TABLE contact_addresses (
	address TEXT NOT NULL, 
	PRIMARY KEY (address)
);
INSERT INTO "contact_addresses" VALUES('+14165550199');
INSERT INTO "contact_addresses" VALUES('+14165550123');
CREATE TABLE contributions (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	doc TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
INSERT INTO "contributions" VALUES(1,'ctb_01a22edd322ad00a2b95963a0a9c2eae','{"id":"ctb_01a22edd322ad00a2b95963a0a9c2eae","created_at":"2026-11-30T23:49:37.962325Z","updated_at":"2026-11-30T23:49:37.962325Z","agreement_id":"agr_01a22edd3204e2579f7c4f29f6b1f3b9","currency":"CAD","effective_on":"2025-11-30","posted_on":"2026-11-30","note":null,"source_key":"key-3","entry_id":"en_01a22edd322a17ec0459497142a43843","partner_id":"p_01a22edd31dd606a08f42bd02577b9a0","amount":150000.75}');
INSERT INTO "contributions" VALUES(2,'ctb_01a22edd323929dea669381cb9afd042','{"id":"ctb_01a22edd323929dea669381cb9afd042","created_at":"2026-11-30T23:49:37.977203Z","updated_at":"2026-11-30T23:49:37.977203Z","agreement_id":"agr_01a22edd3204e2579f7c4f29f6b1f3b9","currency":"CAD","effective_on":"2025-11-30","posted_on":"2026-11-30","note":null,"source_key":"key-4","entry_id":"en_01a22edd3239e699e07a27499838d0be","partner_id":"p_01a22edd31eb1308d038218c3c244b99","amount":150000.75}');
CREATE TABLE deals (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	doc TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
INSERT INTO "deals" VALUES(1,'deal_01a22edd314fccbe5394411a7ec63cef','{"id":"deal_01a22edd314fccbe5394411a7ec63cef","name":"114 Elm Street","status":"lead","strategy":null,"owner":null,"next_action":null,"next_action_date":null,"lost_reason":null,"address":null,"property_id":null,"price":412000,"arv":null,"est_repairs":68500.5,"est_rent":null,"currency":"CAD","offer_date":null,"offer_expiry_date":null,"contract_date":null,"inspection_date":null,"financing_date":null,"close_date":null,"notes":null,"tags":["off-market"],"meta":{},"created_at":"2026-11-30T23:49:37.743703Z","updated_at":"2026-11-30T23:49:37.743703Z","stage_history":[{"status":"lead","at":"2026-11-30T23:49:37.743703Z","by":"root"}]}');
INSERT INTO "deals" VALUES(2,'deal_01a22edd31f7e6b9046b713b217a619f','{"id":"deal_01a22edd31f7e6b9046b713b217a619f","name":"Deal 1","status":"lead","strategy":null,"owner":null,"next_action":null,"next_action_date":null,"lost_reason":null,"address":"1 Elm Street","property_id":null,"price":null,"arv":null,"est_repairs":null,"est_rent":null,"currency":"CAD","offer_date":null,"offer_expiry_date":null,"contract_date":null,"inspection_date":null,"financing_date":null,"close_date":null,"notes":null,"tags":[],"meta":{},"created_at":"2026-11-30T23:49:37.911065Z","updated_at":"2026-11-30T23:49:37.911065Z","stage_history":[{"status":"lead","at":"2026-11-30T23:49:37.911065Z","by":"root"}]}');
CREATE TABLE deals_keys (
	seq INTEGER NOT NULL, 
	status TEXT NOT NULL, 
	name TEXT, 
	price_cents BIGINT, 
	arv_cents BIGINT, 
	next_action_date TEXT, 
	updated_at TEXT, 
	close_date TEXT, 
	currency TEXT, 
	strategy TEXT, 
	PRIMARY KEY (seq)
);
INSERT INTO "deals_keys" VALUES(1,'lead','000000000114 elm street',41200000,NULL,NULL,'2026-11-30T23:49:37.743703Z',NULL,'CAD',NULL);
INSERT INTO "deals_keys" VALUES(2,'lead','deal 000000000001',NULL,NULL,NULL,'2026-11-30T23:49:37.911065Z',NULL,'CAD',NULL);
CREATE TABLE deliveries (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	draft_id TEXT NOT NULL, 
	channel TEXT NOT NULL, 
	sender TEXT NOT NULL, 
	purpose TEXT NOT NULL, 
	place TEXT, 
	recipient TEXT NOT NULL, 
	body TEXT NOT NULL, 
	send_at TEXT NOT NULL, 
	not_after TEXT NOT NULL, 
	state TEXT NOT NULL, 
	state_at TEXT NOT NULL, 
	reason TEXT, 
	error_code TEXT, 
	provider_status TEXT, 
	account TEXT, 
	provider_id TEXT, 
	attempts INTEGER NOT NULL, 
	attempted_at TEXT, 
	overrides TEXT, 
	due_at TEXT NOT NULL, 
	claimed_by TEXT, 
	claimed_until TEXT, 
	poll_at TEXT, 
	created_by TEXT NOT NULL, 
	created_at TEXT NOT NULL, 
	updated_at TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
CREATE TABLE delivery_events (
	seq INTEGER NOT NULL, 
	delivery_id TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	at TEXT NOT NULL, 
	source TEXT NOT NULL, 
	provider_status TEXT, 
	error_code TEXT, 
	provider_id TEXT, 
	outcome TEXT, 
	note TEXT, 
	PRIMARY KEY (seq)
);
CREATE TABLE distributions (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	doc TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
INSERT INTO "distributions" VALUES(1,'dst_01a22edd327ded0ee0408a038fdb8cfa','{"id":"dst_01a22edd327ded0ee0408a038fdb8cfa","created_at":"2026-11-30T23:49:38.045491Z","updated_at":"2026-11-30T23:49:38.045491Z","agreement_id":"agr_01a22edd3204e2579f7c4f29f6b1f3b9","currency":"CAD","effective_on":"2026-11-30","posted_on":"2026-11-30","note":null,"source_key":"key-8","entry_id":"en_01a22edd327daef459409b21afcb7e59","cash":100000,"declared_on":"2026-11-30","payable_on":"2026-11-30","true_up":false,"terms_id":"agr_01a22edd3204e2579f7c4f29f6b1f3b9","tiers":[{"number":1,"name":"preferred return","kind":"preferred_return","description":"Preferred return of 8 % a year on outstanding capital to Investor 1 (nominal, compounded annually, actual/365)","needed":12000.06,"paid":12000.06,"still_needed":0,"amounts":[{"partner_id":"p_01a22edd31dd606a08f42bd02577b9a0","amount":12000.06}],"sentence":"Preferred return of 8 % a year on outstanding capital to Investor 1 (nominal, compounded annually, actual/365): 12,000.06, all that is due."},{"number":2,"name":"capital","kind":"return_of_capital","description":"Return of capital to Investor 1","needed":150000.75,"paid":87999.94,"still_needed":62000.81,"amounts":[{"partner_id":"p_01a22edd31dd606a08f42bd02577b9a0","amount":87999.94}],"sentence":"Return of capital to Investor 1: 87,999.94 of 150,000.75 due; 62,000.81 more would fill it."},{"number":3,"name":"split","kind":"split","description":"Split, 80 % to Investor 1, 20 % to Sponsor 1","needed":null,"paid":0,"still_needed":null,"amounts":[],"sentence":"Split, 80 % to Investor 1, 20 % to Sponsor 1: nothing is left for it."}],"corrections":[]}');
CREATE TABLE drafts (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	doc TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
INSERT INTO "drafts" VALUES(1,'dr_01a22edd318c9cb8b6852727a57b642f','{"id":"dr_01a22edd318c9cb8b6852727a57b642f","channel":"sms","status":"sent","to":"416-555-0123","subject":null,"body":"Still looking?\nCall me.","deal_id":"deal_01a22edd314fccbe5394411a7ec63cef","contact_id":null,"tone":null,"tags":[],"meta":{},"created_at":"2026-11-30T23:49:37.804421Z","updated_at":"2026-11-30T23:49:37.816612Z","to_e164":"+14165550123","sent_at":"2026-11-30T23:49:37.816612Z","to_email":null,"to_extension":null,"delivery_id":null}');
INSERT INTO "drafts" VALUES(2,'dr_01a22edd3192b6bb7ede556345ef6e54','{"id":"dr_01a22edd3192b6bb7ede556345ef6e54","channel":"letter","status":"draft","to":null,"subject":null,"body":"Dear Dana","deal_id":null,"contact_id":null,"tone":null,"tags":["slow"],"meta":{"big":4611686018427387904,"deep":[{"a":null}]},"created_at":"2026-11-30T23:49:37.810365Z","updated_at":"2026-11-30T23:49:37.810365Z","to_e164":null,"sent_at":null,"to_email":null,"to_extension":null,"delivery_id":null}');
CREATE TABLE drafts_keys (
	seq INTEGER NOT NULL, 
	status TEXT NOT NULL, 
	recipient TEXT, 
	updated_at TEXT, 
	PRIMARY KEY (seq)
);
INSERT INTO "drafts_keys" VALUES(1,'sent','000000000416 000000000555 000000000123','2026-11-30T23:49:37.816612Z');
INSERT INTO "drafts_keys" VALUES(2,'draft',NULL,'2026-11-30T23:49:37.810365Z');
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
INSERT INTO "idempotency_keys" VALUES('POST root /core/deals','key-1','f2c2a893fcc749416bab6c6a56550d65',201,'{"id":"deal_01a22edd314fccbe5394411a7ec63cef","name":"114 Elm Street","status":"lead","strategy":null,"owner":null,"next_action":null,"next_action_date":null,"lost_reason":null,"address":null,"property_id":null,"price":412000,"arv":null,"est_repairs":68500.5,"est_rent":null,"currency":"CAD","offer_date":null,"offer_expiry_date":null,"contract_date":null,"inspection_date":null,"financing_date":null,"close_date":null,"notes":null,"tags":["off-market"],"meta":{},"created_at":"2026-11-30T23:49:37.743703Z","updated_at":"2026-11-30T23:49:37.743703Z","stage_history":[{"status":"lead","at":"2026-11-30T23:49:37.743703Z","by":"root"}]}','"d2b933683ef022fce1f38a5f"','2026-11-30T23:49:37.743703Z');
INSERT INTO "idempotency_keys" VALUES('POST root /core/jv/partners','key-2','47eef7f384269cb08401d61459410953',201,'{"id":"p_01a22edd31576933129cca1602c4b99c","name":"Maple Street Capital – Überbrückung 桜","role":"lender","roles":["lender"],"status":"active","owner":null,"email":null,"phone":null,"country":"CA","language":"en","notes":null,"tags":["quick","cash"],"meta":{},"created_at":"2026-11-30T23:49:37.751119Z","updated_at":"2026-11-30T23:49:37.751119Z","phone_e164":null,"email_normalized":null,"phone_extension":null}','"0bace12ce5f2424137a09d00"','2026-11-30T23:49:37.751119Z');
INSERT INTO "idempotency_keys" VALUES('POST root /core/jv/partners','key-3','9fdcfd6c35f741e502a3f41067a99dcd',201,'{"id":"p_01a22edd317fbb30ade9e415f0f450a8","name":"A builder","role":"gc","roles":["gc"],"status":"active","owner":null,"email":null,"phone":"416-555-0123","country":"CA","language":"en","notes":"=1+1","tags":[],"meta":{"rate":1.5e-7},"created_at":"2026-11-30T23:49:37.791803Z","updated_at":"2026-11-30T23:49:37.791803Z","phone_e164":"+14165550123","email_normalized":null,"phone_extension":null}','"c0c85d5afbeb46318103d38f"','2026-11-30T23:49:37.791803Z');
INSERT INTO "idempotency_keys" VALUES('POST root /core/jv/links','key-4','c4522b5652ca1f3957ea7620f69c566b',201,'{"id":"lnk_01a22edd3187e1bcec199698e0b9a6ec","partner_id":"p_01a22edd31576933129cca1602c4b99c","deal_id":"deal_01a22edd314fccbe5394411a7ec63cef","relationship":"JV","split_notes":"50/50","status":"active","meta":{},"created_at":"2026-11-30T23:49:37.799261Z","updated_at":"2026-11-30T23:49:37.799261Z"}','"95f66107e34f9cdf53adb85e"','2026-11-30T23:49:37.799261Z');
INSERT INTO "idempotency_keys" VALUES('POST root /core/comms/drafts','key-5','a8218b1258c027bb6f60b621aa264bed',201,'{"id":"dr_01a22edd318c9cb8b6852727a57b642f","channel":"sms","status":"draft","to":"416-555-0123","subject":null,"body":"Still looking?\nCall me.","deal_id":"deal_01a22edd314fccbe5394411a7ec63cef","contact_id":null,"tone":null,"tags":[],"meta":{},"created_at":"2026-11-30T23:49:37.804421Z","updated_at":"2026-11-30T23:49:37.804421Z","to_e164":"+14165550123","sent_at":null,"to_email":null,"to_extension":null,"delivery_id":null}','"09e5b53ac275065e35978d9c"','2026-11-30T23:49:37.804421Z');
INSERT INTO "idempotency_keys" VALUES('POST root /core/comms/drafts','key-6','a0cd2d71de1200dfa8d97dfb2611c077',201,'{"id":"dr_01a22edd3192b6bb7ede556345ef6e54","channel":"letter","status":"draft","to":null,"subject":null,"body":"Dear Dana","deal_id":null,"contact_id":null,"tone":null,"tags":["slow"],"meta":{"big":4611686018427387904,"deep":[{"a":null}]},"created_at":"2026-11-30T23:49:37.810365Z","updated_at":"2026-11-30T23:49:37.810365Z","to_e164":null,"sent_at":null,"to_email":null,"to_extension":null,"delivery_id":null}','"a0080dd485f016e2341312be"','2026-11-30T23:49:37.810365Z');
INSERT INTO "idempotency_keys" VALUES('POST root /core/comms/opt_outs','key-7','5792a169581fa3e06b0b590fd517c70c',200,'{"id":"oo_01a22edd31a4515b85acfb93db168cb9","created_at":"2026-11-30T23:49:37.828347Z","updated_at":"2026-11-30T23:49:37.828347Z","address":"+14165550199","channel":"sms","scope":"company","source":"person","since":"2026-11-30T23:49:37.828347Z","note":"Asked on the phone.","ended_at":null,"ended_by":null,"ended_reason":null}','"ea95a247724582abe2e40953"','2026-11-30T23:49:37.828347Z');
INSERT INTO "idempotency_keys" VALUES('POST root /core/comms/consents','key-8','ecff7adae2bc26a37bcf4a8f151cddfa',200,'{"id":"cs_01a22edd31a9160d73ae9210089f57d9","created_at":"2026-11-30T23:49:37.833691Z","updated_at":"2026-11-30T23:49:37.833691Z","address":"+14165550123","channel":"sms","scope":"company","kind":"express","until":null,"obtained_on":"2026-01-31","source":"web form","note":null}','"79fbba410a71c1cb8be1de9c"','2026-11-30T23:49:37.833691Z');
INSERT INTO "idempotency_keys" VALUES('POST root /core/property/properties','key-9','eb5eb9ef1fedade44132b3090c8520c5',201,'{"id":"pr_01a22edd31ae024eba1b1283c753696a","address":"12 Oak Ave","country":"CA","region":"ON","city":"Hamilton","postal":null,"status":"tracked","deal_id":null,"owner":null,"listing_url":null,"photos_url":null,"beds":null,"baths":null,"sqft":null,"lot_sqft":null,"year_built":null,"latitude":43.25,"longitude":-79.87,"property_type":null,"parcel":null,"year_renovated":null,"grade":null,"condition":null,"floors":null,"basement_sqft":null,"view":null,"waterfront":null,"market":null,"tags":[],"meta":{},"created_at":"2026-11-30T23:49:37.837662Z","updated_at":"2026-11-30T23:49:37.837662Z","address_key":"12 oak ave","import_key":null}','"728ad3c1a31a74c1c5098a32"','2026-11-30T23:49:37.837662Z');
INSERT INTO "idempotency_keys" VALUES('POST root /core/property/properties/pr_01a22edd31ae024eba1b1283c753696a/neighborhood_rating','key-10','3f2f22fdd63b8af7be712c7ff3a0bae5',200,'{"property_id":"pr_01a22edd31ae024eba1b1283c753696a","score":71,"notes":"quiet","factors":{},"created_at":"2026-11-30T23:49:37.845982Z","updated_at":"2026-11-30T23:49:37.845982Z"}','"91b0adeebaa55be168940f70"','2026-11-30T23:49:37.845982Z');
INSERT INTO "idempotency_keys" VALUES('POST root /core/property/comps','key-11','4cfdd396a450c2629093669ca4d011b1',200,'{"property_id":"pr_01a22edd31ae024eba1b1283c753696a","radius_km":1.5,"beds":3,"baths":null,"notes":"no sales are loaded, so there is nothing to compare this property with: `valhalla market import-sales` loads some from a file, `valhalla market sync` from an MLS","as_of":"2026-11-30","max_days":null,"market":null,"pinned":[],"excluded":[],"created_at":"2026-11-30T23:49:37.856187Z","updated_at":"2026-11-30T23:49:37.856187Z","ok":true,"comps":[],"message":"no sales are loaded, so there is nothing to compare this property with: `valhalla market import-sales` loads some from a file, `valhalla market sync` from an MLS","currency":null,"value":null,"search":[],"rates":[],"index_source":null,"subject":{},"placed_by":null,"cautions":[],"data_revision":null,"data_fingerprint":null,"prior_sales":[]}','"906b733d24cbb5180d82595a"','2026-11-30T23:49:37.856187Z');
INSERT INTO "idempotency_keys" VALUES('POST root /core/property/properties/pr_01a22edd31ae024eba1b1283c753696a/repair_rent','key-12','e41960af5bdaa2c138b565572f71c9ef',200,'{"property_id":"pr_01a22edd31ae024eba1b1283c753696a","est_repairs":1000.25,"est_rent":3150,"assumptions":{},"created_at":"2026-11-30T23:49:37.863150Z","updated_at":"2026-11-30T23:49:37.863150Z"}','"f2812a9c4c657a3307db3289"','2026-11-30T23:49:37.863150Z');
INSERT INTO "idempotency_keys" VALUES('POST root /core/market/markets','key-13','4fcdbed9e7b583e6c24a8efdf6d3fd18',201,'{"name":"hamilton","country":"CA","currency":"CAD","notes":null,"index_series":null,"neighborhood_weights":{},"neighborhood_crime":false,"meta":{},"created_at":"2026-11-30T23:49:37.873400Z","updated_at":"2026-11-30T23:49:37.873400Z"}','"b7410928fd4823aa23b056b0"','2026-11-30T23:49:37.873400Z');
INSERT INTO "idempotency_keys" VALUES('POST root /core/market/appraisals','key-14','608e529f550f96402b898301aa065ef8',201,'{"id":"apr_01a22edd31d528490330aedf508b751e","market":"hamilton","property_id":"pr_01a22edd31ae024eba1b1283c753696a","parcel":null,"address":null,"value":540000,"currency":"CAD","date":"2026-01-31","appraiser":null,"source":null,"purpose":null,"notes":null,"meta":{},"created_at":"2026-11-30T23:49:37.877514Z","updated_at":"2026-11-30T23:49:37.877514Z","import_key":null}','"f8ca780bbb9f9e30f9ed16e3"','2026-11-30T23:49:37.877514Z');
INSERT INTO "idempotency_keys" VALUES('POST root /core/notes','key-15','168ffa4bbef9c2839bb4d3475cc5f3cf',201,'{"id":"note_01a22edd32c1fa4a5544220e12f81758","entity":"deal","entity_id":"deal_01a22edd314fccbe5394411a7ec63cef","text":"The seller wants to close in May.","date":"2026-03-20","status":"active","meta":{},"created_at":"2026-11-30T23:49:38.113695Z","updated_at":"2026-11-30T23:49:38.113695Z","author":"root"}','"2b1e5a7b97b4bd36ca044e3b"','2026-11-30T23:49:38.113695Z');
INSERT INTO "idempotency_keys" VALUES('POST root /core/views','key-16','337bdb595d4a6338a145a7d94ffef2cf',201,'{"id":"view_01a22edd32e344bcd1af2f197acbe707","list":"deals","name":"Leads by price","query":"status=lead&sort=-price","shared":false,"status":"active","meta":{},"created_at":"2026-11-30T23:49:38.147186Z","updated_at":"2026-11-30T23:49:38.147186Z","owner":"root"}','"3f292bc2d3d8317e01d40467"','2026-11-30T23:49:38.147186Z');
INSERT INTO "idempotency_keys" VALUES('POST root /core/property/repair_costs','key-17','7f93601d1e17b56f19a1b8d0962be7a0',201,'{"id":"uc_cad_1","currency":"CAD","source":"ours","as_of":"2026-01-31","costs":[{"trade":"scope","item":"cosmetic","unit":"sqft","low":10,"mid":20.5,"high":35,"source":null}],"created_at":"2026-11-30T23:49:38.165891Z","updated_at":"2026-11-30T23:49:38.165891Z","version":1}','"e205682e83b26a1e7ca3e7f4"','2026-11-30T23:49:38.165891Z');
CREATE TABLE identities (
	issuer TEXT NOT NULL, 
	subject TEXT NOT NULL, 
	person_id TEXT NOT NULL, 
	provider TEXT NOT NULL, 
	created_at TEXT NOT NULL, 
	used_at TEXT, 
	PRIMARY KEY (issuer, subject)
);
CREATE TABLE jobs (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	parameters TEXT NOT NULL, 
	state TEXT NOT NULL, 
	done BIGINT NOT NULL, 
	total BIGINT, 
	message TEXT, 
	checkpoint TEXT NOT NULL, 
	interruptions INTEGER NOT NULL, 
	result TEXT, 
	error TEXT, 
	created_by TEXT NOT NULL, 
	created_at TEXT NOT NULL, 
	started_at TEXT, 
	finished_at TEXT, 
	updated_at TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
CREATE TABLE leases (
	name TEXT NOT NULL, 
	holder TEXT NOT NULL, 
	about TEXT NOT NULL, 
	since TEXT NOT NULL, 
	until TEXT NOT NULL, 
	PRIMARY KEY (name)
);
CREATE TABLE ledger_balances (
	agreement_id TEXT NOT NULL, 
	account TEXT NOT NULL, 
	debit BIGINT NOT NULL, 
	credit BIGINT NOT NULL, 
	PRIMARY KEY (agreement_id, account)
);
INSERT INTO "ledger_balances" VALUES('agr_01a22edd3204e2579f7c4f29f6b1f3b9','capital_contributed:p_01a22edd31dd606a08f42bd02577b9a0',0,15000075);
INSERT INTO "ledger_balances" VALUES('agr_01a22edd3204e2579f7c4f29f6b1f3b9','cash',42000150,34000125);
INSERT INTO "ledger_balances" VALUES('agr_01a22edd3204e2579f7c4f29f6b1f3b9','capital_contributed:p_01a22edd31eb1308d038218c3c244b99',15000075,15000075);
INSERT INTO "ledger_balances" VALUES('agr_01a22edd3204e2579f7c4f29f6b1f3b9','property:deal_01a22edd31f7e6b9046b713b217a619f',9000050,9000050);
INSERT INTO "ledger_balances" VALUES('agr_01a22edd3204e2579f7c4f29f6b1f3b9','income',0,2999950);
INSERT INTO "ledger_balances" VALUES('agr_01a22edd3204e2579f7c4f29f6b1f3b9','capital_returned:p_01a22edd31dd606a08f42bd02577b9a0',8799994,0);
INSERT INTO "ledger_balances" VALUES('agr_01a22edd3204e2579f7c4f29f6b1f3b9','distributions_payable:p_01a22edd31dd606a08f42bd02577b9a0',10000000,10000000);
INSERT INTO "ledger_balances" VALUES('agr_01a22edd3204e2579f7c4f29f6b1f3b9','profit_allocated:p_01a22edd31dd606a08f42bd02577b9a0',1200006,0);
CREATE TABLE ledger_books (
	agreement_id TEXT NOT NULL, 
	currency TEXT NOT NULL, 
	revision BIGINT NOT NULL, 
	closed_through TEXT, 
	blocked TEXT, 
	PRIMARY KEY (agreement_id)
);
INSERT INTO "ledger_books" VALUES('agr_01a22edd3204e2579f7c4f29f6b1f3b9','CAD',11,'2026-10-01',NULL);
CREATE TABLE ledger_entries (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	agreement_id TEXT NOT NULL, 
	source_key TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	document_id TEXT NOT NULL, 
	effective_on TEXT NOT NULL, 
	posted_on TEXT NOT NULL, 
	reverses TEXT, 
	currency TEXT NOT NULL, 
	line_count INTEGER NOT NULL, 
	digest TEXT NOT NULL, 
	created_at TEXT NOT NULL, 
	created_by TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
INSERT INTO "ledger_entries" VALUES(1,'en_01a22edd3205c55eaf9cb2ff8821fdb6','agr_01a22edd3204e2579f7c4f29f6b1f3b9','agr_01a22edd3204e2579f7c4f29f6b1f3b9','agreement','agr_01a22edd3204e2579f7c4f29f6b1f3b9','2023-12-01','2026-11-30',NULL,'CAD',0,'c9bf5b427635235d8ee8b225219a365b13f15a6d737007ae63653f1ebe76e1da','2026-11-30T23:49:37.925831Z','root');
INSERT INTO "ledger_entries" VALUES(2,'en_01a22edd321b1470ec48292ad88c5e14','agr_01a22edd3204e2579f7c4f29f6b1f3b9','key-2','commitment','cmt_01a22edd321b8ae5bdd116aadc6e7522','2025-11-30','2026-11-30',NULL,'CAD',0,'ccdd5de36cf6b8984c949984b02511aa533a01cdeec2aa3323baa735c26599c2','2026-11-30T23:49:37.947927Z','root');
INSERT INTO "ledger_entries" VALUES(3,'en_01a22edd322a17ec0459497142a43843','agr_01a22edd3204e2579f7c4f29f6b1f3b9','key-3','contribution','ctb_01a22edd322ad00a2b95963a0a9c2eae','2025-11-30','2026-11-30',NULL,'CAD',1,'fd892869f0145b02461952975298e3d4225ed07078d23883bad686230e93b406','2026-11-30T23:49:37.962325Z','root');
INSERT INTO "ledger_entries" VALUES(4,'en_01a22edd3239e699e07a27499838d0be','agr_01a22edd3204e2579f7c4f29f6b1f3b9','key-4','contribution','ctb_01a22edd323929dea669381cb9afd042','2025-11-30','2026-11-30',NULL,'CAD',1,'5035d65fa3ab9a45b412fb728db4b4985ba4b30f4d3880483aa7bb2c9accae01','2026-11-30T23:49:37.977203Z','root');
INSERT INTO "ledger_entries" VALUES(5,'en_01a22edd3247ad583758ea94502718c8','agr_01a22edd3204e2579f7c4f29f6b1f3b9','key-5','reversal','rev_01a22edd32478a79cd7c1542e114a776','2025-11-30','2026-11-30','en_01a22edd3239e699e07a27499838d0be','CAD',1,'2b1c016bf0097c5f067f78e8525d1a5831575ee53488902cb5df6dae592064e4','2026-11-30T23:49:37.991602Z','root');
INSERT INTO "ledger_entries" VALUES(6,'en_01a22edd3252b379b94a2814799dc0b0','agr_01a22edd3204e2579f7c4f29f6b1f3b9','key-6','transaction','txn_01a22edd32527b60398ca345309d4ada','2026-02-03','2026-11-30',NULL,'CAD',1,'cff41522f982f1ba04285faa9b3a1da45e536fd437e12447e648b0f1621d80c9','2026-11-30T23:49:38.002185Z','root');
INSERT INTO "ledger_entries" VALUES(7,'en_01a22edd326687463ae2e822c112cb3c','agr_01a22edd3204e2579f7c4f29f6b1f3b9','key-7','transaction','txn_01a22edd3266ea85d3a115fb783ff9e9','2026-10-31','2026-11-30',NULL,'CAD',2,'54f23b0cd33eae87e5525db5071d468b0a48ba1cf47e4868e4efff691f3feb48','2026-11-30T23:49:38.022441Z','root');
INSERT INTO "ledger_entries" VALUES(8,'en_01a22edd327daef459409b21afcb7e59','agr_01a22edd3204e2579f7c4f29f6b1f3b9','key-8','distribution','dst_01a22edd327ded0ee0408a038fdb8cfa','2026-11-30','2026-11-30',NULL,'CAD',2,'9a474d640fbad2301938f20e4124f895a00daaec98fcf9593b57ddceda39eb7a','2026-11-30T23:49:38.045491Z','root');
INSERT INTO "ledger_entries" VALUES(9,'en_01a22edd328b07e99a37874999b97b74','agr_01a22edd3204e2579f7c4f29f6b1f3b9','key-9','payment','pay_01a22edd328b7bc76b378a1f464a26c7','2026-11-30','2026-11-30',NULL,'CAD',1,'4d8dcd59ae04a84fe0309205a2f5554672a54a1b81c27034df05155d5a060695','2026-11-30T23:49:38.059224Z','root');
INSERT INTO "ledger_entries" VALUES(10,'en_01a22edd329623c0c9e849a296f432f4','agr_01a22edd3204e2579f7c4f29f6b1f3b9','key-10','amendment','amd_01a22edd3296824adba504b28aa3a800','2026-12-01','2026-11-30',NULL,'CAD',0,'025cc591f27e0996c32204b00be121d478ef2c7cf4294ad8009a52432c9769a0','2026-11-30T23:49:38.070089Z','root');
INSERT INTO "ledger_entries" VALUES(11,'en_01a22edd32a2af326d3be1a494b0205a','agr_01a22edd3204e2579f7c4f29f6b1f3b9','key-11','period','prd_01a22edd32a2e9852525a582f71c7643','2026-10-01','2026-11-30',NULL,'CAD',0,'e526c6b8d63e0647585ea5ee1f8d4a4d6713ac250ac0631bd3bda7e99579e72e','2026-11-30T23:49:38.082965Z','root');
CREATE TABLE ledger_lines (
	entry_id TEXT NOT NULL, 
	n INTEGER NOT NULL, 
	debit TEXT NOT NULL, 
	credit TEXT NOT NULL, 
	currency TEXT NOT NULL, 
	cents BIGINT NOT NULL, 
	PRIMARY KEY (entry_id, n), 
	CONSTRAINT ck_ledger_lines_cents CHECK (cents > 0), 
	CONSTRAINT ck_ledger_lines_legs CHECK (debit <> credit), 
	CONSTRAINT ck_ledger_lines_currency CHECK (currency IN ('CAD', 'USD')), 
	CONSTRAINT ck_ledger_lines_debit CHECK (debit IN ('cash', 'income', 'expense', 'fees_payable', 'withholding_payable', 'clearing') OR debit LIKE 'property:_%' OR debit LIKE 'receivable:_%' OR debit LIKE 'loan:_%' OR debit LIKE 'distributions_payable:_%' OR debit LIKE 'capital_contributed:_%' OR debit LIKE 'capital_returned:_%' OR debit LIKE 'profit_allocated:_%'), 
	CONSTRAINT ck_ledger_lines_credit CHECK (credit IN ('cash', 'income', 'expense', 'fees_payable', 'withholding_payable', 'clearing') OR credit LIKE 'property:_%' OR credit LIKE 'receivable:_%' OR credit LIKE 'loan:_%' OR credit LIKE 'distributions_payable:_%' OR credit LIKE 'capital_contributed:_%' OR credit LIKE 'capital_returned:_%' OR credit LIKE 'profit_allocated:_%'), 
	CONSTRAINT ck_ledger_lines_type CHECK (typeof(cents) = 'integer'), 
	FOREIGN KEY(entry_id) REFERENCES ledger_entries (id)
);
INSERT INTO "ledger_lines" VALUES('en_01a22edd322a17ec0459497142a43843',1,'cash','capital_contributed:p_01a22edd31dd606a08f42bd02577b9a0','CAD',15000075);
INSERT INTO "ledger_lines" VALUES('en_01a22edd3239e699e07a27499838d0be',1,'cash','capital_contributed:p_01a22edd31eb1308d038218c3c244b99','CAD',15000075);
INSERT INTO "ledger_lines" VALUES('en_01a22edd3247ad583758ea94502718c8',1,'capital_contributed:p_01a22edd31eb1308d038218c3c244b99','cash','CAD',15000075);
INSERT INTO "ledger_lines" VALUES('en_01a22edd3252b379b94a2814799dc0b0',1,'property:deal_01a22edd31f7e6b9046b713b217a619f','cash','CAD',9000050);
INSERT INTO "ledger_lines" VALUES('en_01a22edd326687463ae2e822c112cb3c',1,'cash','property:deal_01a22edd31f7e6b9046b713b217a619f','CAD',9000050);
INSERT INTO "ledger_lines" VALUES('en_01a22edd326687463ae2e822c112cb3c',2,'cash','income','CAD',2999950);
INSERT INTO "ledger_lines" VALUES('en_01a22edd327daef459409b21afcb7e59',1,'profit_allocated:p_01a22edd31dd606a08f42bd02577b9a0','distributions_payable:p_01a22edd31dd606a08f42bd02577b9a0','CAD',1200006);
INSERT INTO "ledger_lines" VALUES('en_01a22edd327daef459409b21afcb7e59',2,'capital_returned:p_01a22edd31dd606a08f42bd02577b9a0','distributions_payable:p_01a22edd31dd606a08f42bd02577b9a0','CAD',8799994);
INSERT INTO "ledger_lines" VALUES('en_01a22edd328b07e99a37874999b97b74',1,'distributions_payable:p_01a22edd31dd606a08f42bd02577b9a0','cash','CAD',10000000);
CREATE TABLE ledger_parties (
	agreement_id TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	party_id TEXT NOT NULL, 
	PRIMARY KEY (agreement_id, kind, party_id)
);
INSERT INTO "ledger_parties" VALUES('agr_01a22edd3204e2579f7c4f29f6b1f3b9','partner','p_01a22edd31dd606a08f42bd02577b9a0');
INSERT INTO "ledger_parties" VALUES('agr_01a22edd3204e2579f7c4f29f6b1f3b9','partner','p_01a22edd31eb1308d038218c3c244b99');
INSERT INTO "ledger_parties" VALUES('agr_01a22edd3204e2579f7c4f29f6b1f3b9','deal','deal_01a22edd31f7e6b9046b713b217a619f');
CREATE TABLE links (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	doc TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
INSERT INTO "links" VALUES(1,'lnk_01a22edd3187e1bcec199698e0b9a6ec','{"id":"lnk_01a22edd3187e1bcec199698e0b9a6ec","partner_id":"p_01a22edd31576933129cca1602c4b99c","deal_id":"deal_01a22edd314fccbe5394411a7ec63cef","relationship":"JV","split_notes":"50/50","status":"active","meta":{},"created_at":"2026-11-30T23:49:37.799261Z","updated_at":"2026-11-30T23:49:37.799261Z"}');
CREATE TABLE links_keys (
	seq INTEGER NOT NULL, 
	status TEXT NOT NULL, 
	relationship TEXT, 
	updated_at TEXT, 
	PRIMARY KEY (seq)
);
INSERT INTO "links_keys" VALUES(1,'active','jv','2026-11-30T23:49:37.799261Z');
CREATE TABLE market_feeds (
	name TEXT NOT NULL, 
	market TEXT NOT NULL, 
	state TEXT NOT NULL, 
	updated_at TEXT NOT NULL, 
	PRIMARY KEY (name)
);
CREATE TABLE market_index_points (
	source TEXT NOT NULL, 
	series TEXT NOT NULL, 
	period TEXT NOT NULL, 
	value DOUBLE NOT NULL, 
	place TEXT NOT NULL, 
	PRIMARY KEY (source, series, period)
);
CREATE TABLE market_models (
	id TEXT NOT NULL, 
	market TEXT NOT NULL, 
	until TEXT NOT NULL, 
	version TEXT NOT NULL, 
	fingerprint TEXT NOT NULL, 
	card TEXT NOT NULL, 
	body TEXT NOT NULL, 
	created_at TEXT NOT NULL, 
	PRIMARY KEY (id)
);
CREATE TABLE market_sales (
	seq INTEGER NOT NULL, 
	market TEXT NOT NULL, 
	rev BIGINT NOT NULL, 
	source TEXT NOT NULL, 
	source_key TEXT NOT NULL, 
	price_cents BIGINT NOT NULL, 
	currency TEXT NOT NULL, 
	close_date TEXT NOT NULL, 
	dated_by TEXT, 
	contract_date TEXT, 
	latitude DOUBLE, 
	longitude DOUBLE, 
	placed_by TEXT, 
	living_sqft DOUBLE, 
	lot_sqft DOUBLE, 
	beds DOUBLE, 
	baths DOUBLE, 
	year_built INTEGER, 
	year_renovated INTEGER, 
	grade DOUBLE, 
	condition DOUBLE, 
	floors DOUBLE, 
	basement_sqft DOUBLE, 
	"view" DOUBLE, 
	waterfront DOUBLE, 
	property_type TEXT, 
	parcel TEXT, 
	address TEXT, 
	city TEXT, 
	postal TEXT, 
	area TEXT, 
	deed TEXT, 
	terms TEXT, 
	flags TEXT DEFAULT '[]' NOT NULL, 
	usable INTEGER DEFAULT '1' NOT NULL, 
	removed TEXT, 
	created_at TEXT NOT NULL, 
	updated_at TEXT NOT NULL, address_key TEXT, parcel_key TEXT, 
	PRIMARY KEY (seq)
);
INSERT INTO "market_sales" VALUES(1,'hamilton',3,'county','p0',41000000,'CAD','2026-01-15',NULL,NULL,43.25,-79.87,NULL,1200.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p0',NULL,NULL,NULL,NULL,NULL,NULL,'[{"flag":"by_hand","reason":"sold to a cousin","by":"dana","excludes":true}]',0,NULL,'2026-11-30T23:49:38.261759Z','2026-11-30T23:49:38.280437Z',NULL,'p0');
INSERT INTO "market_sales" VALUES(2,'hamilton',1,'county','p1',41250050,'CAD','2026-02-15',NULL,NULL,43.25,-79.8698,NULL,1210.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p1',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-30T23:49:38.261759Z','2026-11-30T23:49:38.261759Z',NULL,'p1');
INSERT INTO "market_sales" VALUES(3,'hamilton',1,'county','p2',41500100,'CAD','2026-03-15',NULL,NULL,43.25,-79.8696,NULL,1220.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p2',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-30T23:49:38.261759Z','2026-11-30T23:49:38.261759Z',NULL,'p2');
INSERT INTO "market_sales" VALUES(4,'hamilton',2,'county','p3',41750150,'CAD','2026-04-15',NULL,NULL,43.25,-79.8694,NULL,1230.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p3',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,'taken back','2026-11-30T23:49:38.261759Z','2026-11-30T23:49:38.278417Z',NULL,'p3');
INSERT INTO "market_sales" VALUES(5,'hamilton',1,'county','p4',42000200,'CAD','2026-05-15',NULL,NULL,43.25,-79.8692,NULL,1240.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p4',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-30T23:49:38.261759Z','2026-11-30T23:49:38.261759Z',NULL,'p4');
INSERT INTO "market_sales" VALUES(6,'hamilton',1,'county','p5',42250250,'CAD','2026-06-15',NULL,NULL,43.25,-79.869,NULL,1250.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p5',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-30T23:49:38.261759Z','2026-11-30T23:49:38.261759Z',NULL,'p5');
INSERT INTO "market_sales" VALUES(7,'hamilton',1,'county','p6',42500300,'CAD','2026-07-15',NULL,NULL,43.25,-7.9868800000000007345e+01,NULL,1260.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p6',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-30T23:49:38.261759Z','2026-11-30T23:49:38.261759Z',NULL,'p6');
INSERT INTO "market_sales" VALUES(8,'hamilton',1,'county','p7',42750350,'CAD','2026-08-15',NULL,NULL,43.25,-79.8686,NULL,1270.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p7',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-30T23:49:38.261759Z','2026-11-30T23:49:38.261759Z',NULL,'p7');
INSERT INTO "market_sales" VALUES(9,'hamilton',1,'county','p8',43000400,'CAD','2026-09-15',NULL,NULL,43.25,-7.98684000000000082764e+01,NULL,1280.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p8',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-30T23:49:38.261759Z','2026-11-30T23:49:38.261759Z',NULL,'p8');
INSERT INTO "market_sales" VALUES(10,'hamilton',1,'county','p9',43250450,'CAD','2026-01-15',NULL,NULL,43.25,-79.8682,NULL,1290.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p9',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-30T23:49:38.261759Z','2026-11-30T23:49:38.261759Z',NULL,'p9');
INSERT INTO "market_sales" VALUES(11,'hamilton',1,'county','p10',43500500,'CAD','2026-02-15',NULL,NULL,43.25,-7.98680000000000092077e+01,NULL,1300.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p10',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-30T23:49:38.261759Z','2026-11-30T23:49:38.261759Z',NULL,'p10');
INSERT INTO "market_sales" VALUES(12,'hamilton',1,'county','p11',43750550,'CAD','2026-03-15',NULL,NULL,43.25,-79.8678,NULL,1310.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p11',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-30T23:49:38.261759Z','2026-11-30T23:49:38.261759Z',NULL,'p11');
INSERT INTO "market_sales" VALUES(13,'hamilton',1,'county','p12',44000600,'CAD','2026-04-15',NULL,NULL,43.25,-7.98676000000000101391e+01,NULL,1320.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p12',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-30T23:49:38.261759Z','2026-11-30T23:49:38.261759Z',NULL,'p12');
INSERT INTO "market_sales" VALUES(14,'hamilton',1,'county','p13',44250650,'CAD','2026-05-15',NULL,NULL,43.25,-79.8674,NULL,1330.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p13',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-30T23:49:38.261759Z','2026-11-30T23:49:38.261759Z',NULL,'p13');
INSERT INTO "market_sales" VALUES(15,'hamilton',1,'county','p14',44500700,'CAD','2026-06-15',NULL,NULL,43.25,-7.98672000000000110748e+01,NULL,1340.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p14',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-30T23:49:38.261759Z','2026-11-30T23:49:38.261759Z',NULL,'p14');
INSERT INTO "market_sales" VALUES(16,'hamilton',1,'county','p15',44750750,'CAD','2026-07-15',NULL,NULL,43.25,-79.867,NULL,1350.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p15',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-30T23:49:38.261759Z','2026-11-30T23:49:38.261759Z',NULL,'p15');
INSERT INTO "market_sales" VALUES(17,'hamilton',1,'county','p16',45000800,'CAD','2026-08-15',NULL,NULL,43.25,-79.8668,NULL,1360.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p16',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-30T23:49:38.261759Z','2026-11-30T23:49:38.261759Z',NULL,'p16');
INSERT INTO "market_sales" VALUES(18,'hamilton',1,'county','p17',45250850,'CAD','2026-09-15',NULL,NULL,43.25,-79.8666,NULL,1370.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p17',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-30T23:49:38.261759Z','2026-11-30T23:49:38.261759Z',NULL,'p17');
INSERT INTO "market_sales" VALUES(19,'hamilton',1,'county','p18',45500900,'CAD','2026-01-15',NULL,NULL,43.25,-79.8664,NULL,1380.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p18',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-30T23:49:38.261759Z','2026-11-30T23:49:38.261759Z',NULL,'p18');
INSERT INTO "market_sales" VALUES(20,'hamilton',1,'county','p19',45750950,'CAD','2026-02-15',NULL,NULL,43.25,-79.8662,NULL,1390.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p19',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-30T23:49:38.261759Z','2026-11-30T23:49:38.261759Z',NULL,'p19');
INSERT INTO "market_sales" VALUES(21,'hamilton',1,'county','p20',46001000,'CAD','2026-03-15',NULL,NULL,43.25,-79.866,NULL,1400.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p20',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-30T23:49:38.261759Z','2026-11-30T23:49:38.261759Z',NULL,'p20');
INSERT INTO "market_sales" VALUES(22,'hamilton',1,'county','p21',46251050,'CAD','2026-04-15',NULL,NULL,43.25,-7.98658000000000072287e+01,NULL,1410.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p21',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-30T23:49:38.261759Z','2026-11-30T23:49:38.261759Z',NULL,'p21');
INSERT INTO "market_sales" VALUES(23,'hamilton',1,'county','p22',46501100,'CAD','2026-05-15',NULL,NULL,43.25,-79.8656,NULL,1420.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p22',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-30T23:49:38.261759Z','2026-11-30T23:49:38.261759Z',NULL,'p22');
INSERT INTO "market_sales" VALUES(24,'hamilton',1,'county','p23',46751150,'CAD','2026-06-15',NULL,NULL,43.25,-7.98654000000000081644e+01,NULL,1430.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p23',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-30T23:49:38.261759Z','2026-11-30T23:49:38.261759Z',NULL,'p23');
INSERT INTO "market_sales" VALUES(25,'hamilton',1,'county','p24',47001200,'CAD','2026-07-15',NULL,NULL,43.25,-79.8652,NULL,1440.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p24',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-30T23:49:38.261759Z','2026-11-30T23:49:38.261759Z',NULL,'p24');
INSERT INTO "market_sales" VALUES(26,'hamilton',1,'county','p25',47251250,'CAD','2026-08-15',NULL,NULL,43.25,-7.98650000000000090958e+01,NULL,1450.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p25',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-30T23:49:38.261759Z','2026-11-30T23:49:38.261759Z',NULL,'p25');
INSERT INTO "market_sales" VALUES(27,'hamilton',1,'county','p26',47501300,'CAD','2026-09-15',NULL,NULL,43.25,-79.8648,NULL,1460.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p26',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-30T23:49:38.261759Z','2026-11-30T23:49:38.261759Z',NULL,'p26');
INSERT INTO "market_sales" VALUES(28,'hamilton',1,'county','p27',47751350,'CAD','2026-01-15',NULL,NULL,43.25,-7.98646000000000100271e+01,NULL,1470.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p27',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-30T23:49:38.261759Z','2026-11-30T23:49:38.261759Z',NULL,'p27');
INSERT INTO "market_sales" VALUES(29,'hamilton',1,'county','p28',48001400,'CAD','2026-02-15',NULL,NULL,43.25,-79.8644,NULL,1480.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p28',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-30T23:49:38.261759Z','2026-11-30T23:49:38.261759Z',NULL,'p28');
INSERT INTO "market_sales" VALUES(30,'hamilton',1,'county','p29',48251450,'CAD','2026-03-15',NULL,NULL,43.25,-7.98642000000000109585e+01,NULL,1490.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p29',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-30T23:49:38.261759Z','2026-11-30T23:49:38.261759Z',NULL,'p29');
INSERT INTO "market_sales" VALUES(31,'hamilton',1,'county','p30',48501500,'CAD','2026-04-15',NULL,NULL,43.25,-79.864,NULL,1500.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p30',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-30T23:49:38.261759Z','2026-11-30T23:49:38.261759Z',NULL,'p30');
INSERT INTO "market_sales" VALUES(32,'hamilton',1,'county','p31',48751550,'CAD','2026-05-15',NULL,NULL,43.25,-79.8638,NULL,1510.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p31',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-30T23:49:38.261759Z','2026-11-30T23:49:38.261759Z',NULL,'p31');
INSERT INTO "market_sales" VALUES(33,'hamilton',1,'county','p32',49001600,'CAD','2026-06-15',NULL,NULL,43.25,-79.8636,NULL,1520.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p32',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-30T23:49:38.261759Z','2026-11-30T23:49:38.261759Z',NULL,'p32');
INSERT INTO "market_sales" VALUES(34,'hamilton',1,'county','p33',49251650,'CAD','2026-07-15',NULL,NULL,43.25,-79.8634,NULL,1530.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p33',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-30T23:49:38.261759Z','2026-11-30T23:49:38.261759Z',NULL,'p33');
INSERT INTO "market_sales" VALUES(35,'hamilton',1,'county','p34',49501700,'CAD','2026-08-15',NULL,NULL,43.25,-79.8632,NULL,1540.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p34',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-30T23:49:38.261759Z','2026-11-30T23:49:38.261759Z',NULL,'p34');
INSERT INTO "market_sales" VALUES(36,'hamilton',1,'county','p35',49751750,'CAD','2026-09-15',NULL,NULL,43.25,-79.863,NULL,1550.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p35',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-30T23:49:38.261759Z','2026-11-30T23:49:38.261759Z',NULL,'p35');
INSERT INTO "market_sales" VALUES(37,'hamilton',1,'county','p36',50001800,'CAD','2026-01-15',NULL,NULL,43.25,-7.98628000000000071167e+01,NULL,1560.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p36',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-30T23:49:38.261759Z','2026-11-30T23:49:38.261759Z',NULL,'p36');
INSERT INTO "market_sales" VALUES(38,'hamilton',1,'county','p37',50251850,'CAD','2026-02-15',NULL,NULL,43.25,-79.8626,NULL,1570.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p37',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-30T23:49:38.261759Z','2026-11-30T23:49:38.261759Z',NULL,'p37');
INSERT INTO "market_sales" VALUES(39,'hamilton',1,'county','p38',50501900,'CAD','2026-03-15',NULL,NULL,43.25,-7.98624000000000080481e+01,NULL,1580.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p38',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-30T23:49:38.261759Z','2026-11-30T23:49:38.261759Z',NULL,'p38');
INSERT INTO "market_sales" VALUES(40,'hamilton',1,'county','p39',50751950,'CAD','2026-04-15',NULL,NULL,43.25,-79.8622,NULL,1590.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p39',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-30T23:49:38.261759Z','2026-11-30T23:49:38.261759Z',NULL,'p39');
CREATE TABLE market_schedules (
	market TEXT NOT NULL, 
	task TEXT NOT NULL, 
	every_hours INTEGER NOT NULL, 
	begun_at TEXT, 
	done_at TEXT, 
	failure TEXT, 
	result TEXT, 
	updated_at TEXT NOT NULL, 
	PRIMARY KEY (market, task)
);
CREATE TABLE market_source_rows (
	seq INTEGER NOT NULL, 
	"row" TEXT NOT NULL, 
	units TEXT DEFAULT '{}' NOT NULL, 
	PRIMARY KEY (seq), 
	FOREIGN KEY(seq) REFERENCES market_sales (seq)
);
INSERT INTO "market_source_rows" VALUES(1,'{"Preis":"überall 桜"}','{"living_sqft":"m2"}');
INSERT INTO "market_source_rows" VALUES(2,'{"Preis":"überall 桜"}','{"living_sqft":"m2"}');
INSERT INTO "market_source_rows" VALUES(3,'{"Preis":"überall 桜"}','{"living_sqft":"m2"}');
INSERT INTO "market_source_rows" VALUES(4,'{"Preis":"überall 桜"}','{"living_sqft":"m2"}');
INSERT INTO "market_source_rows" VALUES(5,'{"Preis":"überall 桜"}','{"living_sqft":"m2"}');
INSERT INTO "market_source_rows" VALUES(6,'{"Preis":"überall 桜"}','{"living_sqft":"m2"}');
INSERT INTO "market_source_rows" VALUES(7,'{"Preis":"überall 桜"}','{"living_sqft":"m2"}');
INSERT INTO "market_source_rows" VALUES(8,'{"Preis":"überall 桜"}','{"living_sqft":"m2"}');
INSERT INTO "market_source_rows" VALUES(9,'{"Preis":"überall 桜"}','{"living_sqft":"m2"}');
INSERT INTO "market_source_rows" VALUES(10,'{"Preis":"überall 桜"}','{"living_sqft":"m2"}');
INSERT INTO "market_source_rows" VALUES(11,'{"Preis":"überall 桜"}','{"living_sqft":"m2"}');
INSERT INTO "market_source_rows" VALUES(12,'{"Preis":"überall 桜"}','{"living_sqft":"m2"}');
INSERT INTO "market_source_rows" VALUES(13,'{"Preis":"überall 桜"}','{"living_sqft":"m2"}');
INSERT INTO "market_source_rows" VALUES(14,'{"Preis":"überall 桜"}','{"living_sqft":"m2"}');
INSERT INTO "market_source_rows" VALUES(15,'{"Preis":"überall 桜"}','{"living_sqft":"m2"}');
INSERT INTO "market_source_rows" VALUES(16,'{"Preis":"überall 桜"}','{"living_sqft":"m2"}');
INSERT INTO "market_source_rows" VALUES(17,'{"Preis":"überall 桜"}','{"living_sqft":"m2"}');
INSERT INTO "market_source_rows" VALUES(18,'{"Preis":"überall 桜"}','{"living_sqft":"m2"}');
INSERT INTO "market_source_rows" VALUES(19,'{"Preis":"überall 桜"}','{"living_sqft":"m2"}');
INSERT INTO "market_source_rows" VALUES(20,'{"Preis":"überall 桜"}','{"living_sqft":"m2"}');
INSERT INTO "market_source_rows" VALUES(21,'{"Preis":"überall 桜"}','{"living_sqft":"m2"}');
INSERT INTO "market_source_rows" VALUES(22,'{"Preis":"überall 桜"}','{"living_sqft":"m2"}');
INSERT INTO "market_source_rows" VALUES(23,'{"Preis":"überall 桜"}','{"living_sqft":"m2"}');
INSERT INTO "market_source_rows" VALUES(24,'{"Preis":"überall 桜"}','{"living_sqft":"m2"}');
INSERT INTO "market_source_rows" VALUES(25,'{"Preis":"überall 桜"}','{"living_sqft":"m2"}');
INSERT INTO "market_source_rows" VALUES(26,'{"Preis":"überall 桜"}','{"living_sqft":"m2"}');
INSERT INTO "market_source_rows" VALUES(27,'{"Preis":"überall 桜"}','{"living_sqft":"m2"}');
INSERT INTO "market_source_rows" VALUES(28,'{"Preis":"überall 桜"}','{"living_sqft":"m2"}');
INSERT INTO "market_source_rows" VALUES(29,'{"Preis":"überall 桜"}','{"living_sqft":"m2"}');
INSERT INTO "market_source_rows" VALUES(30,'{"Preis":"überall 桜"}','{"living_sqft":"m2"}');
INSERT INTO "market_source_rows" VALUES(31,'{"Preis":"überall 桜"}','{"living_sqft":"m2"}');
INSERT INTO "market_source_rows" VALUES(32,'{"Preis":"überall 桜"}','{"living_sqft":"m2"}');
INSERT INTO "market_source_rows" VALUES(33,'{"Preis":"überall 桜"}','{"living_sqft":"m2"}');
INSERT INTO "market_source_rows" VALUES(34,'{"Preis":"überall 桜"}','{"living_sqft":"m2"}');
INSERT INTO "market_source_rows" VALUES(35,'{"Preis":"überall 桜"}','{"living_sqft":"m2"}');
INSERT INTO "market_source_rows" VALUES(36,'{"Preis":"überall 桜"}','{"living_sqft":"m2"}');
INSERT INTO "market_source_rows" VALUES(37,'{"Preis":"überall 桜"}','{"living_sqft":"m2"}');
INSERT INTO "market_source_rows" VALUES(38,'{"Preis":"überall 桜"}','{"living_sqft":"m2"}');
INSERT INTO "market_source_rows" VALUES(39,'{"Preis":"überall 桜"}','{"living_sqft":"m2"}');
INSERT INTO "market_source_rows" VALUES(40,'{"Preis":"überall 桜"}','{"living_sqft":"m2"}');
CREATE TABLE market_studies (
	id TEXT NOT NULL, 
	market TEXT NOT NULL, 
	report TEXT NOT NULL, 
	created_at TEXT NOT NULL, 
	PRIMARY KEY (id)
);
CREATE TABLE markets (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	doc TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
INSERT INTO "markets" VALUES(1,'hamilton','{"name":"hamilton","country":"CA","currency":"CAD","notes":null,"index_series":null,"neighborhood_weights":{},"neighborhood_crime":false,"meta":{},"created_at":"2026-11-30T23:49:37.873400Z","updated_at":"2026-11-30T23:49:37.873400Z"}');
CREATE TABLE model_decisions (
	model_id TEXT NOT NULL, 
	in_use INTEGER NOT NULL, 
	comparison TEXT, 
	decided_at TEXT NOT NULL, 
	PRIMARY KEY (model_id)
);
CREATE TABLE notes (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	doc TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
INSERT INTO "notes" VALUES(1,'note_01a22edd32c1fa4a5544220e12f81758','{"id":"note_01a22edd32c1fa4a5544220e12f81758","entity":"deal","entity_id":"deal_01a22edd314fccbe5394411a7ec63cef","text":"The seller wants to close in May.","date":"2026-03-20","status":"active","meta":{},"created_at":"2026-11-30T23:49:38.113695Z","updated_at":"2026-11-30T23:49:38.113695Z","author":"root"}');
CREATE TABLE opt_outs (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	doc TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
INSERT INTO "opt_outs" VALUES(1,'oo_01a22edd31a4515b85acfb93db168cb9','{"id":"oo_01a22edd31a4515b85acfb93db168cb9","created_at":"2026-11-30T23:49:37.828347Z","updated_at":"2026-11-30T23:49:37.828347Z","address":"+14165550199","channel":"sms","scope":"company","source":"person","since":"2026-11-30T23:49:37.828347Z","note":"Asked on the phone.","ended_at":null,"ended_by":null,"ended_reason":null}');
INSERT INTO "opt_outs" VALUES(2,'oo_01a22edd31a5628818f3e1c2ad333b4e','{"id":"oo_01a22edd31a5628818f3e1c2ad333b4e","created_at":"2026-11-30T23:49:37.828347Z","updated_at":"2026-11-30T23:49:37.828347Z","address":"+14165550199","channel":"call","scope":"company","source":"person","since":"2026-11-30T23:49:37.828347Z","note":"Asked on the phone.","ended_at":null,"ended_by":null,"ended_reason":null}');
CREATE TABLE partners (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	doc TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
INSERT INTO "partners" VALUES(1,'p_01a22edd31576933129cca1602c4b99c','{"id":"p_01a22edd31576933129cca1602c4b99c","name":"Maple Street Capital – Überbrückung 桜","role":"lender","roles":["lender"],"status":"paused","owner":null,"email":null,"phone":null,"country":"CA","language":"en","notes":null,"tags":["quick"],"meta":{},"created_at":"2026-11-30T23:49:37.751119Z","updated_at":"2026-11-30T23:49:37.867762Z","phone_e164":null,"email_normalized":null,"phone_extension":null}');
INSERT INTO "partners" VALUES(2,'p_01a22edd317fbb30ade9e415f0f450a8','{"id":"p_01a22edd317fbb30ade9e415f0f450a8","name":"A builder","role":"gc","roles":["gc"],"status":"active","owner":null,"email":null,"phone":"416-555-0123","country":"CA","language":"en","notes":"=1+1","tags":[],"meta":{"rate":1.5e-7},"created_at":"2026-11-30T23:49:37.791803Z","updated_at":"2026-11-30T23:49:37.791803Z","phone_e164":"+14165550123","email_normalized":null,"phone_extension":null}');
INSERT INTO "partners" VALUES(3,'p_01a22edd31dd606a08f42bd02577b9a0','{"id":"p_01a22edd31dd606a08f42bd02577b9a0","name":"Investor 1","role":"other","roles":["other"],"status":"active","owner":null,"email":null,"phone":null,"country":"CA","language":"en","notes":null,"tags":[],"meta":{},"created_at":"2026-11-30T23:49:37.885914Z","updated_at":"2026-11-30T23:49:37.885914Z","phone_e164":null,"email_normalized":null,"phone_extension":null}');
INSERT INTO "partners" VALUES(4,'p_01a22edd31eb1308d038218c3c244b99','{"id":"p_01a22edd31eb1308d038218c3c244b99","name":"Sponsor 1","role":"other","roles":["other"],"status":"active","owner":null,"email":null,"phone":null,"country":"CA","language":"en","notes":null,"tags":[],"meta":{},"created_at":"2026-11-30T23:49:37.899316Z","updated_at":"2026-11-30T23:49:37.899316Z","phone_e164":null,"email_normalized":null,"phone_extension":null}');
CREATE TABLE partners_keys (
	seq INTEGER NOT NULL, 
	status TEXT NOT NULL, 
	name TEXT, 
	updated_at TEXT, 
	PRIMARY KEY (seq)
);
INSERT INTO "partners_keys" VALUES(1,'paused','maple street capital uberbruckung 桜','2026-11-30T23:49:37.867762Z');
INSERT INTO "partners_keys" VALUES(2,'active','a builder','2026-11-30T23:49:37.791803Z');
INSERT INTO "partners_keys" VALUES(3,'active','investor 000000000001','2026-11-30T23:49:37.885914Z');
INSERT INTO "partners_keys" VALUES(4,'active','sponsor 000000000001','2026-11-30T23:49:37.899316Z');
CREATE TABLE partners_tags (
	tag TEXT NOT NULL, 
	seq INTEGER NOT NULL, 
	PRIMARY KEY (tag, seq), 
	FOREIGN KEY(seq) REFERENCES partners (seq)
);
INSERT INTO "partners_tags" VALUES('quick',1);
CREATE TABLE passkeys (
	id TEXT NOT NULL, 
	person_id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	rp_id TEXT NOT NULL, 
	credential TEXT NOT NULL, 
	transports TEXT NOT NULL, 
	sign_count BIGINT NOT NULL, 
	created_at TEXT NOT NULL, 
	used_at TEXT, 
	PRIMARY KEY (id)
);
CREATE TABLE payments (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	doc TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
INSERT INTO "payments" VALUES(1,'pay_01a22edd328b7bc76b378a1f464a26c7','{"id":"pay_01a22edd328b7bc76b378a1f464a26c7","created_at":"2026-11-30T23:49:38.059224Z","updated_at":"2026-11-30T23:49:38.059224Z","agreement_id":"agr_01a22edd3204e2579f7c4f29f6b1f3b9","currency":"CAD","effective_on":"2026-11-30","posted_on":"2026-11-30","note":null,"source_key":"key-9","entry_id":"en_01a22edd328b07e99a37874999b97b74","distribution_id":"dst_01a22edd327ded0ee0408a038fdb8cfa","partner_ids":null,"amounts":[{"partner_id":"p_01a22edd31dd606a08f42bd02577b9a0","amount":100000}]}');
CREATE TABLE people (
	id TEXT NOT NULL, 
	email TEXT NOT NULL, 
	name TEXT NOT NULL, 
	role TEXT NOT NULL, 
	status TEXT NOT NULL, 
	password_hash TEXT, 
	password_set_at TEXT, 
	created_by TEXT NOT NULL, 
	created_at TEXT NOT NULL, 
	updated_at TEXT NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (email)
);
INSERT INTO "people" VALUES('per_01a22edd3775b8612fab92da91bb2dd2','ana@example.com','Ana','operator','disabled','$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$c29tZWhhc2g','2026-11-30T23:49:39.325587Z','dana','2026-11-30T23:49:39.317890Z','2026-11-30T23:49:39.331259Z');
INSERT INTO "people" VALUES('per_01a22edd37890a18b998496e68565370','dana@example.com','dana','viewer','invited',NULL,NULL,'dana','2026-11-30T23:49:39.337647Z','2026-11-30T23:49:39.337647Z');
CREATE TABLE periods (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	doc TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
INSERT INTO "periods" VALUES(1,'prd_01a22edd32a2e9852525a582f71c7643','{"id":"prd_01a22edd32a2e9852525a582f71c7643","created_at":"2026-11-30T23:49:38.082965Z","updated_at":"2026-11-30T23:49:38.082965Z","agreement_id":"agr_01a22edd3204e2579f7c4f29f6b1f3b9","currency":"CAD","effective_on":"2026-10-01","posted_on":"2026-11-30","note":null,"source_key":"key-11","entry_id":"en_01a22edd32a2af326d3be1a494b0205a","action":"close","through":"2026-10-01"}');
CREATE TABLE person_links (
	digest TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	person_id TEXT NOT NULL, 
	created_by TEXT NOT NULL, 
	created_at TEXT NOT NULL, 
	expires_at TEXT NOT NULL, 
	used_at TEXT, 
	revoked_at TEXT, 
	PRIMARY KEY (digest)
);
INSERT INTO "person_links" VALUES('d6fa29295cdcf1e6573fe214dfaeeafd9e3686cf1211f90430804d610ce9e02c','invitation','per_01a22edd3775b8612fab92da91bb2dd2','dana','2026-11-30T23:49:39.317890Z','2026-12-03T23:49:39.317890Z','2026-11-30T23:49:39.325587Z',NULL);
INSERT INTO "person_links" VALUES('9b70b01ac0b6bf2f5154e4b7e29dc5aa08ae3da400dcf0387d483239b99ef28c','invitation','per_01a22edd37890a18b998496e68565370','dana','2026-11-30T23:49:39.337647Z','2026-12-03T23:49:39.337647Z',NULL,NULL);
CREATE TABLE place_factors (
	seq INTEGER NOT NULL, 
	source TEXT NOT NULL, 
	source_key TEXT NOT NULL, 
	factor TEXT NOT NULL, 
	country TEXT NOT NULL, 
	level TEXT NOT NULL, 
	place_key TEXT, 
	place TEXT, 
	latitude DOUBLE, 
	longitude DOUBLE, 
	radius_km DOUBLE, 
	value DOUBLE NOT NULL, 
	unit TEXT, 
	worst DOUBLE NOT NULL, 
	best DOUBLE NOT NULL, 
	as_of TEXT NOT NULL, 
	"row" TEXT NOT NULL, 
	created_at TEXT NOT NULL, 
	updated_at TEXT NOT NULL, 
	PRIMARY KEY (seq)
);
CREATE TABLE properties (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	doc TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
INSERT INTO "properties" VALUES(1,'pr_01a22edd31ae024eba1b1283c753696a','{"id":"pr_01a22edd31ae024eba1b1283c753696a","address":"12 Oak Ave","country":"CA","region":"ON","city":"Hamilton","postal":null,"status":"tracked","deal_id":null,"owner":null,"listing_url":null,"photos_url":null,"beds":3,"baths":null,"sqft":1400,"lot_sqft":null,"year_built":null,"latitude":43.25,"longitude":-79.87,"property_type":null,"parcel":null,"year_renovated":null,"grade":null,"condition":null,"floors":null,"basement_sqft":null,"view":null,"waterfront":null,"market":null,"tags":[],"meta":{},"created_at":"2026-11-30T23:49:37.837662Z","updated_at":"2026-11-30T23:49:38.392614Z","address_key":"12 oak ave","import_key":null}');
CREATE TABLE property_figures (
	seq INTEGER NOT NULL, 
	status TEXT NOT NULL, 
	address TEXT, 
	city TEXT, 
	value_cents BIGINT, 
	arv_cents BIGINT, 
	updated_at TEXT, 
	beds DOUBLE, 
	baths DOUBLE, 
	sqft DOUBLE, 
	latitude DOUBLE, 
	longitude DOUBLE, 
	repairs_cents BIGINT, 
	currency TEXT, 
	PRIMARY KEY (seq)
);
INSERT INTO "property_figures" VALUES(1,'tracked','000000000012 oak ave','hamilton',45993802,NULL,'2026-11-30T23:49:38.392614Z',3.0,NULL,1400.0,43.25,-79.87,100025,'CAD');
CREATE TABLE provider_messages (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	account TEXT NOT NULL, 
	provider_id TEXT NOT NULL, 
	direction TEXT NOT NULL, 
	sender TEXT, 
	from_address TEXT NOT NULL, 
	to_address TEXT NOT NULL, 
	body TEXT NOT NULL, 
	status TEXT NOT NULL, 
	at TEXT NOT NULL, 
	meaning TEXT, 
	delivery_id TEXT, 
	read_at TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
CREATE TABLE ratings (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	doc TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
INSERT INTO "ratings" VALUES(1,'pr_01a22edd31ae024eba1b1283c753696a','{"property_id":"pr_01a22edd31ae024eba1b1283c753696a","score":71,"notes":"quiet","factors":{},"created_at":"2026-11-30T23:49:37.845982Z","updated_at":"2026-11-30T23:49:37.845982Z"}');
CREATE TABLE recovery_codes (
	person_id TEXT NOT NULL, 
	digest TEXT NOT NULL, 
	created_at TEXT NOT NULL, 
	used_at TEXT, 
	PRIMARY KEY (person_id, digest)
);
CREATE TABLE rent_benchmarks (
	seq INTEGER NOT NULL, 
	source TEXT NOT NULL, 
	source_key TEXT NOT NULL, 
	country TEXT NOT NULL, 
	currency TEXT NOT NULL, 
	level TEXT NOT NULL, 
	place TEXT NOT NULL, 
	place_key TEXT NOT NULL, 
	region TEXT, 
	beds INTEGER, 
	period TEXT NOT NULL, 
	period_start TEXT NOT NULL, 
	rent_cents BIGINT NOT NULL, 
	measure TEXT, 
	"row" TEXT NOT NULL, 
	created_at TEXT NOT NULL, 
	updated_at TEXT NOT NULL, 
	PRIMARY KEY (seq)
);
CREATE TABLE rent_comps (
	seq INTEGER NOT NULL, 
	source TEXT NOT NULL, 
	source_key TEXT NOT NULL, 
	country TEXT NOT NULL, 
	currency TEXT NOT NULL, 
	rent_cents BIGINT NOT NULL, 
	kind TEXT NOT NULL, 
	rent_date TEXT NOT NULL, 
	latitude DOUBLE, 
	longitude DOUBLE, 
	placed_by TEXT, 
	living_sqft DOUBLE, 
	beds DOUBLE, 
	baths DOUBLE, 
	property_type TEXT, 
	address TEXT, 
	city TEXT, 
	city_key TEXT, 
	region TEXT, 
	postal TEXT, 
	area TEXT, 
	"row" TEXT NOT NULL, 
	created_at TEXT NOT NULL, 
	updated_at TEXT NOT NULL, 
	PRIMARY KEY (seq)
);
CREATE TABLE repair_costs (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	doc TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
INSERT INTO "repair_costs" VALUES(1,'uc_cad_1','{"id":"uc_cad_1","currency":"CAD","source":"ours","as_of":"2026-01-31","costs":[{"trade":"scope","item":"cosmetic","unit":"sqft","low":10,"mid":20.5,"high":35,"source":null}],"created_at":"2026-11-30T23:49:38.165891Z","updated_at":"2026-11-30T23:49:38.165891Z","version":1}');
CREATE TABLE repair_rent (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	doc TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
INSERT INTO "repair_rent" VALUES(1,'pr_01a22edd31ae024eba1b1283c753696a','{"property_id":"pr_01a22edd31ae024eba1b1283c753696a","est_repairs":1000.25,"est_rent":3150,"assumptions":{},"created_at":"2026-11-30T23:49:37.863150Z","updated_at":"2026-11-30T23:49:37.863150Z"}');
CREATE TABLE reversals (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	doc TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
INSERT INTO "reversals" VALUES(1,'rev_01a22edd32478a79cd7c1542e114a776','{"id":"rev_01a22edd32478a79cd7c1542e114a776","created_at":"2026-11-30T23:49:37.991602Z","updated_at":"2026-11-30T23:49:37.991602Z","agreement_id":"agr_01a22edd3204e2579f7c4f29f6b1f3b9","currency":"CAD","effective_on":"2025-11-30","posted_on":"2026-11-30","note":null,"source_key":"key-5","entry_id":"en_01a22edd3247ad583758ea94502718c8","reverses":"en_01a22edd3239e699e07a27499838d0be","meaning":"never_happened"}');
CREATE TABLE scheduled_valuations (
	seq INTEGER NOT NULL, 
	property_id TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	as_of TEXT NOT NULL, 
	market TEXT NOT NULL, 
	currency TEXT NOT NULL, 
	value_cents BIGINT NOT NULL, 
	low_cents BIGINT NOT NULL, 
	high_cents BIGINT NOT NULL, 
	probability DOUBLE NOT NULL, 
	model_version TEXT NOT NULL, 
	data_fingerprint TEXT NOT NULL, 
	created_at TEXT NOT NULL, 
	PRIMARY KEY (seq)
);
CREATE TABLE search_entries (
	number INTEGER NOT NULL, 
	kind TEXT NOT NULL, 
	seq BIGINT NOT NULL, 
	words TEXT NOT NULL, 
	PRIMARY KEY (number)
);
INSERT INTO "search_entries" VALUES(1,'deals',1,' 114 elm street off market =deal01a22edd314fccbe5394411a7ec63cef ');
INSERT INTO "search_entries" VALUES(2,'partners',1,' maple street capital uberbruckung 桜 quick =p01a22edd31576933129cca1602c4b99c ');
INSERT INTO "search_entries" VALUES(3,'partners',2,' a builder 416 555 0123 1 =p01a22edd317fbb30ade9e415f0f450a8 =4165550123 ');
INSERT INTO "search_entries" VALUES(4,'links',1,' jv 50 =lnk01a22edd3187e1bcec199698e0b9a6ec ');
INSERT INTO "search_entries" VALUES(5,'drafts',1,' 416 555 0123 still looking call me =dr01a22edd318c9cb8b6852727a57b642f =4165550123 ');
INSERT INTO "search_entries" VALUES(6,'drafts',2,' dear dana slow =dr01a22edd3192b6bb7ede556345ef6e54 ');
INSERT INTO "search_entries" VALUES(7,'sendlog',1,' 416 555 0123 still looking call me =sl01a22edd31984849f817ce137fa20cab =4165550123 =sm42 ');
INSERT INTO "search_entries" VALUES(8,'properties',1,' 12 oak ave hamilton on =pr01a22edd31ae024eba1b1283c753696a ');
INSERT INTO "search_entries" VALUES(9,'appraisals',1,' =apr01a22edd31d528490330aedf508b751e ');
INSERT INTO "search_entries" VALUES(10,'partners',3,' investor 1 =p01a22edd31dd606a08f42bd02577b9a0 ');
INSERT INTO "search_entries" VALUES(11,'partners',4,' sponsor 1 =p01a22edd31eb1308d038218c3c244b99 ');
INSERT INTO "search_entries" VALUES(12,'deals',2,' deal 1 elm street =deal01a22edd31f7e6b9046b713b217a619f ');
INSERT INTO "search_entries" VALUES(13,'notes',1,' the seller wants to close in may root =note01a22edd32c1fa4a5544220e12f81758 ');
CREATE VIRTUAL TABLE search_words USING fts5(words, content='search_entries', content_rowid='number', detail=none, columnsize=0, tokenize="ascii tokenchars '='");
CREATE TABLE sender_states (
	name TEXT NOT NULL, 
	next_at TEXT NOT NULL, 
	day TEXT, 
	sent_on_day BIGINT NOT NULL, 
	trouble TEXT, 
	trouble_at TEXT, 
	PRIMARY KEY (name)
);
CREATE TABLE sendlog (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	doc TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
INSERT INTO "sendlog" VALUES(1,'sl_01a22edd31984849f817ce137fa20cab','{"id":"sl_01a22edd31984849f817ce137fa20cab","created_at":"2026-11-30T23:49:37.816612Z","updated_at":"2026-11-30T23:49:37.816612Z","draft_id":"dr_01a22edd318c9cb8b6852727a57b642f","channel":"sms","to":"416-555-0123","to_e164":"+14165550123","subject":null,"body":"Still looking?\nCall me.","deal_id":"deal_01a22edd314fccbe5394411a7ec63cef","contact_id":null,"provider":"twilio","provider_ref":"SM42","sent_at":"2026-11-30T23:49:37.816612Z","meta":{},"to_email":null,"to_extension":null}');
CREATE TABLE sendlog_keys (
	seq INTEGER NOT NULL, 
	channel TEXT NOT NULL, 
	recipient TEXT, 
	sent_at TEXT, 
	PRIMARY KEY (seq)
);
INSERT INTO "sendlog_keys" VALUES(1,'sms','000000000416 000000000555 000000000123','2026-11-30T23:49:37.816612Z');
CREATE TABLE sessions (
	digest TEXT NOT NULL, 
	id TEXT NOT NULL, 
	person_id TEXT NOT NULL, 
	stage TEXT NOT NULL, 
	methods TEXT NOT NULL, 
	address TEXT NOT NULL, 
	user_agent TEXT NOT NULL, 
	created_at TEXT NOT NULL, 
	signed_in_at TEXT NOT NULL, 
	seen_at TEXT NOT NULL, 
	expires_at TEXT NOT NULL, 
	ended_at TEXT, 
	ended_because TEXT, 
	provider TEXT, 
	provider_session TEXT, 
	id_token TEXT, 
	PRIMARY KEY (digest), 
	UNIQUE (id)
);
CREATE TABLE sign_in_challenges (
	digest TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	state TEXT NOT NULL, 
	created_at TEXT NOT NULL, 
	expires_at TEXT NOT NULL, 
	PRIMARY KEY (digest)
);
CREATE TABLE sign_in_failures (
	"key" TEXT NOT NULL, 
	failures INTEGER NOT NULL, 
	last_at TEXT NOT NULL, 
	PRIMARY KEY ("key")
);
CREATE TABLE statements (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	doc TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
INSERT INTO "statements" VALUES(1,'stm_01a22edd32b2feedb525b4f66f617e57','{"id":"stm_01a22edd32b2feedb525b4f66f617e57","created_at":"2026-11-30T23:49:38.098207Z","updated_at":"2026-11-30T23:49:38.098207Z","kind":"capital_account","agreement_id":"agr_01a22edd3204e2579f7c4f29f6b1f3b9","agreement_name":"JV 1 p_01a22edd31dd606a08f42bd02577b9a0","partner_id":"p_01a22edd31dd606a08f42bd02577b9a0","partner_name":"Investor 1","language":"en","currency":"CAD","revision":11,"issued_on":"2026-11-30","period_from":"2025-10-26","period_to":"2026-11-30","distribution_id":null,"capital_account":{"opening":0,"contributed":150000.75,"returned":87999.94,"ending":62000.81,"preferred_paid":12000.06,"preferred_owed":0,"profit_paid":0,"committed":200000,"unfunded":49999.25,"movements":[{"on":"2025-11-30","what":"Contribution","amount":150000.75,"entry_id":"en_01a22edd322a17ec0459497142a43843"},{"on":"2026-11-30","what":"Preferred return","amount":12000.06,"entry_id":"en_01a22edd327daef459409b21afcb7e59"},{"on":"2026-11-30","what":"Return of capital","amount":87999.94,"entry_id":"en_01a22edd327daef459409b21afcb7e59"}]},"notice":null,"digest":"d74305d64ea2584446e6a159a8439df383c1b47b3f3082f36b51877fcd316090"}');
CREATE TABLE store_state (
	"key" TEXT NOT NULL, 
	value TEXT NOT NULL, 
	PRIMARY KEY ("key")
);
INSERT INTO "store_state" VALUES('audit_head','52 861a1f5a838f2b08c14139b61c068194609f6011d262747f1cce13725668de2e');
INSERT INTO "store_state" VALUES('adopted_at','2026-11-30T23:49:37.568416Z');
INSERT INTO "store_state" VALUES('store_id','store_01a22edd30a0cfcb95209d08a81dab56');
INSERT INTO "store_state" VALUES('derived:deals_keys','{"version": 3845064931, "after": 0, "corrected": 0, "done": true}');
INSERT INTO "store_state" VALUES('derived:property_figures','{"version": 278280055, "after": 0, "corrected": 0, "done": true}');
INSERT INTO "store_state" VALUES('derived:partners_keys','{"version": 3515851849, "after": 0, "corrected": 0, "done": true}');
INSERT INTO "store_state" VALUES('derived:links_keys','{"version": 2114836209, "after": 0, "corrected": 0, "done": true}');
INSERT INTO "store_state" VALUES('derived:drafts_keys','{"version": 3098482098, "after": 0, "corrected": 0, "done": true}');
INSERT INTO "store_state" VALUES('derived:sendlog_keys','{"version": 773234848, "after": 0, "corrected": 0, "done": true}');
INSERT INTO "store_state" VALUES('derived:properties.address_key','{"version": 2, "after": 0, "corrected": 0, "done": true}');
INSERT INTO "store_state" VALUES('derived:property_figures.values','{"version": 1, "after": 0, "corrected": 0, "done": true}');
INSERT INTO "store_state" VALUES('derived:property_figures.scheduled','{"version": 1, "after": 0, "corrected": 0, "done": true}');
INSERT INTO "store_state" VALUES('derived:property_figures.repairs','{"version": 1, "after": 0, "corrected": 0, "done": true}');
INSERT INTO "store_state" VALUES('derived:market_sales.keys','{"version": 2001, "after": 0, "corrected": 0, "done": true}');
INSERT INTO "store_state" VALUES('derived:partners.contacts','{"version": 1, "after": 0, "corrected": 0, "done": true}');
INSERT INTO "store_state" VALUES('derived:drafts.recipient','{"version": 1, "after": 0, "corrected": 0, "done": true}');
INSERT INTO "store_state" VALUES('derived:sendlog.recipient','{"version": 1, "after": 0, "corrected": 0, "done": true}');
INSERT INTO "store_state" VALUES('derived:rent_comps.city_key','{"version": 1, "after": 0, "corrected": 0, "done": true}');
INSERT INTO "store_state" VALUES('search_index','{"rules": "765aecbb708779b0", "after": {"deals": 0, "appraisals": 0, "properties": 0, "partners": 0, "links": 0, "drafts": 0, "sendlog": 0, "notes": 0}, "done": true}');
INSERT INTO "store_state" VALUES('jobs_known','2026-11-30T23:49:37.615522Z');
INSERT INTO "store_state" VALUES('columns_of','columns_01a22edd30d27c14a653272d6827f49e');
INSERT INTO "store_state" VALUES('cursor_key','345e942dedef6dcb3332ed8101bd7e3a');
INSERT INTO "store_state" VALUES('job:idempotency-keys','{"begun": "2026-11-30T23:49:37.637968Z", "done": "2026-11-30T23:49:37.657749Z", "failed": null}');
INSERT INTO "store_state" VALUES('job:leases','{"begun": "2026-11-30T23:49:37.665720Z", "done": "2026-11-30T23:49:37.666646Z", "failed": null}');
INSERT INTO "store_state" VALUES('job:audit-chain','{"begun": "2026-11-30T23:49:37.677070Z", "done": "2026-11-30T23:49:37.684781Z", "failed": null}');
INSERT INTO "store_state" VALUES('job:old-valuations','{"begun": "2026-11-30T23:49:37.699216Z", "done": "2026-11-30T23:49:37.702043Z", "failed": null}');
CREATE TABLE totp_secrets (
	person_id TEXT NOT NULL, 
	secret TEXT, 
	confirmed_at TEXT, 
	pending TEXT, 
	pending_at TEXT, 
	last_step BIGINT NOT NULL, 
	PRIMARY KEY (person_id)
);
CREATE TABLE transactions (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	doc TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
INSERT INTO "transactions" VALUES(1,'txn_01a22edd32527b60398ca345309d4ada','{"id":"txn_01a22edd32527b60398ca345309d4ada","created_at":"2026-11-30T23:49:38.002185Z","updated_at":"2026-11-30T23:49:38.002185Z","agreement_id":"agr_01a22edd3204e2579f7c4f29f6b1f3b9","currency":"CAD","effective_on":"2026-02-03","posted_on":"2026-11-30","note":null,"source_key":"key-6","entry_id":"en_01a22edd3252b379b94a2814799dc0b0","kind":"purchase","deal_id":"deal_01a22edd31f7e6b9046b713b217a619f","amount":90000.5,"cost":null,"interest":null,"loan":null}');
INSERT INTO "transactions" VALUES(2,'txn_01a22edd3266ea85d3a115fb783ff9e9','{"id":"txn_01a22edd3266ea85d3a115fb783ff9e9","created_at":"2026-11-30T23:49:38.022441Z","updated_at":"2026-11-30T23:49:38.022441Z","agreement_id":"agr_01a22edd3204e2579f7c4f29f6b1f3b9","currency":"CAD","effective_on":"2026-10-31","posted_on":"2026-11-30","note":null,"source_key":"key-7","entry_id":"en_01a22edd326687463ae2e822c112cb3c","kind":"sale","deal_id":"deal_01a22edd31f7e6b9046b713b217a619f","amount":120000,"cost":90000.5,"interest":null,"loan":null}');
CREATE TABLE valuations (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	doc TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
INSERT INTO "valuations" VALUES(1,'val_01a22edd371ba07e71be715dc95f9c29','{"id":"val_01a22edd371ba07e71be715dc95f9c29","kind":"as_is","as_of":"2026-11-01","market":"hamilton","to_deal":false,"at_least":null,"notes":null,"created_at":"2026-11-30T23:49:39.227690Z","updated_at":"2026-11-30T23:49:39.227690Z","property_id":"pr_01a22edd31ae024eba1b1283c753696a","currency":"CAD","value":459938.02,"intervals":[{"percent":50,"low":415681.05,"high":508906.96},{"percent":80,"low":379501.67,"high":557423.06},{"percent":90,"low":359374.03,"high":588642.94}],"fsd":0.15,"probability_at_least":null,"confidence":"medium","typical_value":null,"drivers":[],"opinions":[{"method":"comparable sales","value":459938.02,"weight":1.0}],"comps":[{"sale_id":"sale_21","close_date":"2026-03-15","price":460010.0,"distance_km":0.324,"adjusted_price":459883.08,"weight":0.065971078},{"sale_id":"sale_18","close_date":"2026-09-15","price":452508.5,"distance_km":0.275,"adjusted_price":459799.29,"weight":0.065521425},{"sale_id":"sale_22","close_date":"2026-04-15","price":462510.5,"distance_km":0.34,"adjusted_price":459922.63,"weight":0.058852598},{"sale_id":"sale_3","close_date":"2026-03-15","price":415001.0,"distance_km":0.032,"adjusted_price":460011.37,"weight":0.053124463},{"sale_id":"sale_23","close_date":"2026-05-15","price":465011.0,"distance_km":0.356,"adjusted_price":459965.86,"weight":0.052116772},{"sale_id":"sale_20","close_date":"2026-02-15","price":457509.5,"distance_km":0.308,"adjusted_price":459849.75,"weight":0.050533241},{"sale_id":"sale_17","close_date":"2026-08-15","price":450008.0,"distance_km":0.259,"adjusted_price":459779.29,"weight":0.050472631},{"sale_id":"sale_5","close_date":"2026-05-15","price":420002.0,"distance_km":0.065,"adjusted_price":459914.27,"weight":0.047078215},{"sale_id":"sale_24","close_date":"2026-06-15","price":467511.5,"distance_km":0.373,"adjusted_price":460011.87,"weight":0.046128635},{"sale_id":"sale_6","close_date":"2026-06-15","price":422502.5,"distance_km":0.081,"adjusted_price":459873.87,"weight":0.044591393},{"sale_id":"sale_8","close_date":"2026-08-15","price":427503.5,"distance_km":0.113,"adjusted_price":459808.3,"weight":0.040869831},{"sale_id":"sale_25","close_date":"2026-07-15","price":470012.0,"distance_km":0.389,"adjusted_price":460060.63,"weight":0.040644038},{"sale_id":"sale_9","close_date":"2026-09-15","price":430004.0,"distance_km":0.13,"adjusted_price":459783.72,"weight":0.03973703},{"sale_id":"sale_16","close_date":"2026-07-15","price":447507.5,"distance_km":0.243,"adjusted_price":459763.66,"weight":0.039415272},{"sale_id":"sale_19","close_date":"2026-01-15","price":455009.0,"distance_km":0.292,"adjusted_price":459822.39,"weight":0.037493822},{"sale_id":"sale_26","close_date":"2026-08-15","price":472512.5,"distance_km":0.405,"adjusted_price":460112.45,"weight":0.035941726},{"sale_id":"sale_27","close_date":"2026-09-15","price":475013.0,"distance_km":0.421,"adjusted_price":460167.75,"weight":0.03196601},{"sale_id":"sale_15","close_date":"2026-06-15","price":445007.0,"distance_km":0.227,"adjusted_price":459752.03,"weight":0.031625318},{"sale_id":"sale_14","close_date":"2026-05-15","price":442506.5,"distance_km":0.211,"adjusted_price":459744.13,"weight":0.026134281},{"sale_id":"sale_13","close_date":"2026-04-15","price":440006.0,"distance_km":0.194,"adjusted_price":459740.01,"weight":0.022462844},{"sale_id":"sale_12","close_date":"2026-03-15","price":437505.5,"distance_km":0.178,"adjusted_price":459740.6,"weight":0.019976887},{"sale_id":"sale_11","close_date":"2026-02-15","price":435005.0,"distance_km":0.162,"adjusted_price":459748.47,"weight":0.018561778},{"sale_id":"sale_29","close_date":"2026-02-15","price":480014.0,"distance_km":0.454,"adjusted_price":460286.13,"weight":0.011694432},{"sale_id":"sale_30","close_date":"2026-03-15","price":482514.5,"distance_km":0.47,"adjusted_price":460352.15,"weight":0.010749491},{"sale_id":"sale_36","close_date":"2026-09-15","price":497517.5,"distance_km":0.567,"adjusted_price":460816.72,"weight":0.010545322},{"sale_id":"sale_31","close_date":"2026-04-15","price":485015.0,"distance_km":0.486,"adjusted_price":460423.59,"weight":0.010057542},{"sale_id":"sale_35","close_date":"2026-08-15","price":495017.0,"distance_km":0.551,"adjusted_price":460733.28,"weight":0.009681083},{"sale_id":"sale_32","close_date":"2026-05-15","price":487515.5,"distance_km":0.502,"adjusted_price":460497.91,"weight":0.009524571},{"sale_id":"sale_34","close_date":"2026-07-15","price":492516.5,"distance_km":0.535,"adjusted_price":460652.6,"weight":0.009269525},{"sale_id":"sale_33","close_date":"2026-06-15","price":490016.0,"distance_km":0.518,"adjusted_price":460574.25,"weight":0.009258747}],"search":[{"widened":null,"max_days":183,"radius_km":0.8,"max_size_difference":0.2,"found":19,"sentence":"19 sales closed within 183 days, within 0.8 km, with a living area within 20 %"},{"widened":"time","max_days":365,"radius_km":0.8,"max_size_difference":0.2,"found":37,"sentence":"37 sales closed within 365 days, within 0.8 km, with a living area within 20 %"}],"appraisals":[{"appraisal_id":"apr_01a22edd31d528490330aedf508b751e","value":540000.0,"date":"2026-01-31","who":null,"difference_percent":-14.8}],"assumptions":[],"cautions":["no model for this market: the value is from comparable sales alone, and its interval is not calibrated","not adjusted for bedrooms: the same in all sales, among 38 sales in this market that closed before 2026-11-01","excluded manually: sale_7"],"subject":{"latitude":43.25,"longitude":-79.87,"living_sqft":1400.0,"beds":3.0},"placed_by":"coordinates","model_id":null,"model_version":null,"program":"0.9.0","trained_until":null,"data_revision":3,"data_fingerprint":"898af6d54fe190b65d339f791fdaa2c7e9d2f07703851fa26b026e55359159fe","deal_id":null}');
CREATE TABLE views (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	doc TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
INSERT INTO "views" VALUES(1,'view_01a22edd32e344bcd1af2f197acbe707','{"id":"view_01a22edd32e344bcd1af2f197acbe707","list":"deals","name":"Leads by price","query":"status=lead&sort=-price","shared":false,"status":"active","meta":{},"created_at":"2026-11-30T23:49:38.147186Z","updated_at":"2026-11-30T23:49:38.147186Z","owner":"root"}');
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
CREATE INDEX ix_appraisals_market ON appraisals ((doc ->> 'market'), seq);
CREATE INDEX ix_appraisals_property_id ON appraisals ((doc ->> 'property_id'), seq);
CREATE INDEX ix_appraisals_parcel ON appraisals ((doc ->> 'parcel'), seq);
CREATE UNIQUE INDEX ux_appraisals_import_key ON appraisals ((doc ->> 'import_key')) WHERE (doc ->> 'import_key') IS NOT NULL;
CREATE UNIQUE INDEX ux_market_sales_source ON market_sales (market, source, source_key);
CREATE INDEX ix_market_sales_rev ON market_sales (market, rev);
CREATE INDEX ix_market_sales_close ON market_sales (market, close_date, seq);
CREATE INDEX ix_market_sales_place ON market_sales (market, latitude, longitude) WHERE removed IS NULL;
CREATE INDEX ix_market_sales_flagged ON market_sales (market, close_date, seq) WHERE flags != '[]';
CREATE INDEX ix_market_sales_parcel ON market_sales (market, parcel);
CREATE INDEX ix_market_models_market ON market_models (market, until, created_at);
CREATE INDEX ix_market_studies_market ON market_studies (market, created_at);
CREATE UNIQUE INDEX ux_rent_comps_source ON rent_comps (source, source_key);
CREATE INDEX ix_rent_comps_place ON rent_comps (country, latitude, longitude);
CREATE INDEX ix_rent_comps_area ON rent_comps (country, area, rent_date);
CREATE INDEX ix_rent_comps_city ON rent_comps (country, region, city_key, rent_date);
CREATE UNIQUE INDEX ux_rent_benchmarks_source ON rent_benchmarks (source, source_key);
CREATE INDEX ix_rent_benchmarks_place ON rent_benchmarks (country, level, place_key, period_start);
CREATE INDEX ix_repair_costs_currency ON repair_costs ((doc ->> 'currency'), seq);
CREATE UNIQUE INDEX ux_place_factors_source ON place_factors (source, source_key);
CREATE INDEX ix_place_factors_place ON place_factors (country, level, place_key, factor);
CREATE INDEX ix_place_factors_point ON place_factors (country, level, latitude, longitude);
CREATE INDEX ix_valuations_property_id ON valuations ((doc ->> 'property_id'), seq);
CREATE INDEX ix_valuations_kind ON valuations ((doc ->> 'kind'), seq);
CREATE INDEX ix_market_sales_address ON market_sales (market, address_key);
CREATE INDEX ix_market_sales_parcel_key ON market_sales (market, parcel_key);
CREATE INDEX ix_properties_parcel ON properties (ltrim(replace(replace(replace(replace(lower((doc ->> 'parcel')), '-', ''), ' ', ''), '.', ''), '/', ''), '0'), seq);
CREATE INDEX ix_appraisals_parcel_key ON appraisals (ltrim(replace(replace(replace(replace(lower((doc ->> 'parcel')), '-', ''), ' ', ''), '.', ''), '/', ''), '0'), seq);
CREATE INDEX ix_sendlog_to ON sendlog ((doc ->> 'to'), seq);
CREATE INDEX ix_sendlog_to_e164 ON sendlog ((doc ->> 'to_e164'), seq);
CREATE INDEX ix_sendlog_provider ON sendlog ((doc ->> 'provider'), seq);
CREATE INDEX ix_sendlog_provider_ref ON sendlog ((doc ->> 'provider_ref'), seq);
CREATE INDEX ix_sendlog_sent_at ON sendlog ((doc ->> 'sent_at'), seq);
CREATE INDEX ix_sendlog_to_email ON sendlog (lower((doc ->> 'to_email')), seq);
CREATE INDEX ix_partners_phone_e164 ON partners ((doc ->> 'phone_e164'), seq);
CREATE INDEX ix_partners_email ON partners (lower((doc ->> 'email_normalized')), seq);
CREATE INDEX ix_partners_unverified ON partners (seq) WHERE ((doc ->> 'email') IS NOT NULL AND (doc ->> 'email_normalized') IS NULL) OR ((doc ->> 'phone') IS NOT NULL AND (doc ->> 'phone_e164') IS NULL);
CREATE INDEX ix_drafts_unverified ON drafts (seq) WHERE (doc ->> 'to') IS NOT NULL AND (((doc ->> 'channel') IN ('sms', 'call') AND (doc ->> 'to_e164') IS NULL) OR ((doc ->> 'channel') = 'email' AND (doc ->> 'to_email') IS NULL));
CREATE INDEX ix_deals_keys_name ON deals_keys (status, name, seq);
CREATE INDEX ix_deals_keys_price_cents ON deals_keys (status, price_cents, seq);
CREATE INDEX ix_deals_keys_arv_cents ON deals_keys (status, arv_cents, seq);
CREATE INDEX ix_deals_keys_next_action_date ON deals_keys (status, next_action_date, seq);
CREATE INDEX ix_deals_keys_updated_at ON deals_keys (status, updated_at, seq);
CREATE INDEX ix_deals_keys_totals ON deals_keys (status, currency, strategy, price_cents, arv_cents);
CREATE INDEX ix_partners_keys_name ON partners_keys (status, name, seq);
CREATE INDEX ix_partners_keys_updated_at ON partners_keys (status, updated_at, seq);
CREATE INDEX ix_links_keys_relationship ON links_keys (status, relationship, seq);
CREATE INDEX ix_links_keys_updated_at ON links_keys (status, updated_at, seq);
CREATE INDEX ix_drafts_keys_recipient ON drafts_keys (status, recipient, seq);
CREATE INDEX ix_drafts_keys_updated_at ON drafts_keys (status, updated_at, seq);
CREATE INDEX ix_sendlog_keys_recipient ON sendlog_keys (channel, recipient, seq);
CREATE INDEX ix_sendlog_keys_sent_at ON sendlog_keys (channel, sent_at, seq);
CREATE INDEX ix_property_figures_address ON property_figures (status, address, seq);
CREATE INDEX ix_property_figures_city ON property_figures (status, city, seq);
CREATE INDEX ix_property_figures_value_cents ON property_figures (status, value_cents, seq);
CREATE INDEX ix_property_figures_arv_cents ON property_figures (status, arv_cents, seq);
CREATE INDEX ix_property_figures_updated_at ON property_figures (status, updated_at, seq);
CREATE UNIQUE INDEX ux_search_entries_record ON search_entries (kind, seq);
CREATE INDEX ix_jobs_state ON jobs (state, seq);
CREATE INDEX ix_jobs_kind ON jobs (kind, seq);
CREATE INDEX ix_jobs_created_by ON jobs (created_by, seq);
CREATE INDEX ix_notes_entity ON notes ((doc ->> 'entity'), seq);
CREATE INDEX ix_notes_entity_id ON notes ((doc ->> 'entity_id'), seq);
CREATE INDEX ix_notes_author ON notes ((doc ->> 'author'), seq);
CREATE INDEX ix_notes_status ON notes ((doc ->> 'status'), seq);
CREATE INDEX ix_views_list ON views ((doc ->> 'list'), seq);
CREATE INDEX ix_views_owner ON views ((doc ->> 'owner'), seq);
CREATE INDEX ix_views_status ON views ((doc ->> 'status'), seq);
CREATE UNIQUE INDEX ux_views_name ON views ((doc ->> 'owner'), (doc ->> 'list'), lower((doc ->> 'name'))) WHERE (doc ->> 'status') = 'active';
CREATE INDEX ix_properties_deal_id ON properties ((doc ->> 'deal_id'), seq);
CREATE INDEX ix_deals_owner ON deals ((doc ->> 'owner'), seq);
CREATE INDEX ix_partners_owner ON partners ((doc ->> 'owner'), seq);
CREATE INDEX ix_properties_owner ON properties ((doc ->> 'owner'), seq);
CREATE INDEX ix_partners_role_buyer ON partners (seq) WHERE ((doc ->> 'role') = 'buyer' OR (doc ->> 'roles') LIKE '%"buyer"%');
CREATE INDEX ix_partners_role_lender ON partners (seq) WHERE ((doc ->> 'role') = 'lender' OR (doc ->> 'roles') LIKE '%"lender"%');
CREATE INDEX ix_partners_role_gc ON partners (seq) WHERE ((doc ->> 'role') = 'gc' OR (doc ->> 'roles') LIKE '%"gc"%');
CREATE INDEX ix_partners_role_pm ON partners (seq) WHERE ((doc ->> 'role') = 'pm' OR (doc ->> 'roles') LIKE '%"pm"%');
CREATE INDEX ix_partners_role_jv_partner ON partners (seq) WHERE ((doc ->> 'role') = 'jv_partner' OR (doc ->> 'roles') LIKE '%"jv_partner"%');
CREATE INDEX ix_partners_role_agent ON partners (seq) WHERE ((doc ->> 'role') = 'agent' OR (doc ->> 'roles') LIKE '%"agent"%');
CREATE INDEX ix_partners_role_other ON partners (seq) WHERE ((doc ->> 'role') = 'other' OR (doc ->> 'roles') LIKE '%"other"%');
CREATE INDEX ix_person_links_person_id ON person_links (person_id);
CREATE INDEX ix_sessions_person_id ON sessions (person_id, created_at);
CREATE INDEX ix_sessions_provider_session ON sessions (provider, provider_session);
CREATE INDEX ix_sessions_expires_at ON sessions (expires_at);
CREATE INDEX ix_sign_in_failures_last_at ON sign_in_failures (last_at);
CREATE INDEX ix_sign_in_challenges_expires_at ON sign_in_challenges (expires_at);
CREATE INDEX ix_passkeys_person_id ON passkeys (person_id);
CREATE INDEX ix_identities_person_id ON identities (person_id);
CREATE UNIQUE INDEX ux_access_tokens_previous_digest ON access_tokens (previous_digest);
CREATE INDEX ix_access_tokens_owner ON access_tokens (owner);
CREATE INDEX ix_deliveries_due ON deliveries (sender, state, due_at);
CREATE INDEX ix_deliveries_state ON deliveries (state, seq);
CREATE INDEX ix_deliveries_draft_id ON deliveries (draft_id, seq);
CREATE INDEX ix_deliveries_recipient ON deliveries (recipient, seq);
CREATE INDEX ix_deliveries_poll_at ON deliveries (poll_at);
CREATE UNIQUE INDEX ux_deliveries_provider_id ON deliveries (account, provider_id);
CREATE UNIQUE INDEX ux_deliveries_open ON deliveries (draft_id) WHERE state IN ('claimed', 'held', 'sending', 'uncertain', 'waiting');
CREATE INDEX ix_delivery_events_delivery_id ON delivery_events (delivery_id, seq);
CREATE UNIQUE INDEX ux_provider_messages_provider_id ON provider_messages (account, provider_id);
CREATE INDEX ix_provider_messages_direction ON provider_messages (direction, seq);
CREATE INDEX ix_provider_messages_from ON provider_messages (from_address, direction, at);
CREATE INDEX ix_provider_messages_to ON provider_messages (to_address, direction, at);
CREATE INDEX ix_opt_outs_address ON opt_outs ((doc ->> 'address'), seq);
CREATE INDEX ix_opt_outs_channel ON opt_outs ((doc ->> 'channel'), seq);
CREATE INDEX ix_opt_outs_source ON opt_outs ((doc ->> 'source'), seq);
CREATE UNIQUE INDEX ux_opt_outs_address ON opt_outs ((doc ->> 'address'), (doc ->> 'channel'), (doc ->> 'scope')) WHERE (doc ->> 'address') IS NOT NULL;
CREATE INDEX ix_consents_address ON consents ((doc ->> 'address'), seq);
CREATE INDEX ix_consents_channel ON consents ((doc ->> 'channel'), seq);
CREATE INDEX ix_consents_kind ON consents ((doc ->> 'kind'), seq);
CREATE UNIQUE INDEX ux_consents_address ON consents ((doc ->> 'address'), (doc ->> 'channel'), (doc ->> 'scope')) WHERE (doc ->> 'address') IS NOT NULL;
CREATE INDEX ix_agreements_currency ON agreements ((doc ->> 'currency'), seq);
CREATE INDEX ix_amendments_agreement_id ON amendments ((doc ->> 'agreement_id'), seq);
CREATE INDEX ix_commitments_agreement_id ON commitments ((doc ->> 'agreement_id'), seq);
CREATE INDEX ix_contributions_agreement_id ON contributions ((doc ->> 'agreement_id'), seq);
CREATE INDEX ix_distributions_agreement_id ON distributions ((doc ->> 'agreement_id'), seq);
CREATE INDEX ix_payments_agreement_id ON payments ((doc ->> 'agreement_id'), seq);
CREATE INDEX ix_payments_distribution_id ON payments ((doc ->> 'distribution_id'), seq);
CREATE INDEX ix_transactions_agreement_id ON transactions ((doc ->> 'agreement_id'), seq);
CREATE INDEX ix_reversals_agreement_id ON reversals ((doc ->> 'agreement_id'), seq);
CREATE INDEX ix_periods_agreement_id ON periods ((doc ->> 'agreement_id'), seq);
CREATE INDEX ix_statements_agreement_id ON statements ((doc ->> 'agreement_id'), seq);
CREATE INDEX ix_statements_partner_id ON statements ((doc ->> 'partner_id'), seq);
CREATE INDEX ix_statements_kind ON statements ((doc ->> 'kind'), seq);
CREATE UNIQUE INDEX ux_agreements_name ON agreements (lower((doc ->> 'name'))) WHERE (doc ->> 'name') IS NOT NULL;
CREATE UNIQUE INDEX ux_ledger_entries_source_key ON ledger_entries (agreement_id, source_key);
CREATE UNIQUE INDEX ux_ledger_entries_reverses ON ledger_entries (reverses);
CREATE INDEX ix_ledger_entries_agreement ON ledger_entries (agreement_id, seq);
CREATE INDEX ix_ledger_entries_document_id ON ledger_entries (document_id);
CREATE INDEX ix_ledger_balances_account ON ledger_balances (account, agreement_id);
CREATE INDEX ix_ledger_parties_party_id ON ledger_parties (kind, party_id, agreement_id);
CREATE TRIGGER ledger_entries_no_update BEFORE UPDATE ON ledger_entries
        BEGIN SELECT RAISE(ABORT, 'entries of the ledger are never edited or deleted'); END;
CREATE TRIGGER ledger_entries_no_delete BEFORE DELETE ON ledger_entries
        BEGIN SELECT RAISE(ABORT, 'entries of the ledger are never edited or deleted'); END;
CREATE TRIGGER ledger_lines_no_update BEFORE UPDATE ON ledger_lines
        BEGIN SELECT RAISE(ABORT, 'entries of the ledger are never edited or deleted'); END;
CREATE TRIGGER ledger_lines_no_delete BEFORE DELETE ON ledger_lines
        BEGIN SELECT RAISE(ABORT, 'entries of the ledger are never edited or deleted'); END;
CREATE TRIGGER ledger_lines_of_entry BEFORE INSERT ON ledger_lines
        WHEN NOT EXISTS (SELECT 1 FROM ledger_entries WHERE id = NEW.entry_id)
        BEGIN SELECT RAISE(ABORT, 'a line of the ledger needs its entry'); END;
CREATE TRIGGER ledger_entries_once_seq BEFORE INSERT ON ledger_entries
        WHEN EXISTS (SELECT 1 FROM ledger_entries WHERE seq = NEW.seq)
        BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: ledger_entries.seq'); END;
CREATE TRIGGER ledger_entries_once_id BEFORE INSERT ON ledger_entries
        WHEN EXISTS (SELECT 1 FROM ledger_entries WHERE id = NEW.id)
        BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: ledger_entries.id'); END;
CREATE TRIGGER ledger_entries_once_source_key BEFORE INSERT ON ledger_entries
        WHEN EXISTS (SELECT 1 FROM ledger_entries WHERE agreement_id = NEW.agreement_id AND source_key = NEW.source_key)
        BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: ledger_entries.source_key'); END;
CREATE TRIGGER ledger_entries_once_reverses BEFORE INSERT ON ledger_entries
        WHEN EXISTS (SELECT 1 FROM ledger_entries WHERE reverses = NEW.reverses)
        BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: ledger_entries.reverses'); END;
CREATE TRIGGER ledger_lines_once_n BEFORE INSERT ON ledger_lines
        WHEN EXISTS (SELECT 1 FROM ledger_lines WHERE entry_id = NEW.entry_id AND n = NEW.n)
        BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: ledger_lines.n'); END;
CREATE INDEX ix_scheduled_valuations_property ON scheduled_valuations (property_id, kind, seq);
CREATE INDEX ix_scheduled_valuations_created_at ON scheduled_valuations (created_at);
CREATE TRIGGER audit_events_once_seq BEFORE INSERT ON audit_events
    WHEN EXISTS (SELECT 1 FROM audit_events WHERE seq = NEW.seq)
    BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: audit_events.seq'); END;
CREATE TRIGGER audit_events_once_id BEFORE INSERT ON audit_events
    WHEN EXISTS (SELECT 1 FROM audit_events WHERE id = NEW.id)
    BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: audit_events.id'); END;
INSERT INTO search_words(search_words) VALUES('rebuild');
COMMIT;
