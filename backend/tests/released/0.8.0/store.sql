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
INSERT INTO "access_tokens" VALUES('office-toronto','d98a6ebbf14ddff78aca85579e61676117a48310b3460ef3707f5f63d42572d6','operator','2026-11-30T17:00:57.985836Z',NULL,NULL,NULL,'2027-11-30T17:00:57.985836Z',NULL,NULL,NULL,31536000);
INSERT INTO "access_tokens" VALUES('gone','6f0c4e60ee7d9cb913c79d4fecc1fb763164362cb2efbc2d8c68e99f6f9aa360','viewer','2026-11-30T17:00:57.996449Z','2026-11-30T17:00:57.997262Z',NULL,NULL,'2027-11-30T17:00:57.996449Z',NULL,NULL,NULL,31536000);
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
INSERT INTO "agreements" VALUES(1,'agr_01a22d670a24926eed2d3601e0587f83','{"id":"agr_01a22d670a24926eed2d3601e0587f83","created_at":"2026-11-30T17:00:57.253086Z","updated_at":"2026-11-30T17:00:57.253086Z","name":"JV 1 p_01a22d670a12bb0d487431adcc5d591a","deal_ids":["deal_01a22d670a1ee1b00f0c5ef07cdb5282"],"currency":"CAD","effective_from":"2023-12-01","terms":{"partners":["p_01a22d670a12bb0d487431adcc5d591a","p_01a22d670a15f8e2ce4142c183eb57a5"],"promote_partners":["p_01a22d670a15f8e2ce4142c183eb57a5"],"promote_measure":"tier_share","accrues_until":"declaration","tiers":[{"kind":"preferred_return","name":"preferred return","partners":["p_01a22d670a12bb0d487431adcc5d591a"],"rate_percent":8,"rate_kind":"nominal","compounding":"annual","broken_period":"exponent","base":"outstanding","day_count":"actual/365"},{"kind":"return_of_capital","name":"capital","partners":["p_01a22d670a12bb0d487431adcc5d591a"]},{"kind":"split","name":"split","portions":[{"share_percent":80,"partners":["p_01a22d670a12bb0d487431adcc5d591a"]},{"share_percent":20,"partners":["p_01a22d670a15f8e2ce4142c183eb57a5"]}]}]},"note":null,"entry_id":"en_01a22d670a25a6664e1f2f29359711e7","source_key":"agr_01a22d670a24926eed2d3601e0587f83","posted_on":"2026-11-30"}');
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0008');
CREATE TABLE amendments (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	doc TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
INSERT INTO "amendments" VALUES(1,'amd_01a22d670a4cdbb0dd6c928879fca1bf','{"id":"amd_01a22d670a4cdbb0dd6c928879fca1bf","created_at":"2026-11-30T17:00:57.292654Z","updated_at":"2026-11-30T17:00:57.292654Z","agreement_id":"agr_01a22d670a24926eed2d3601e0587f83","effective_from":"2026-12-01","terms":{"partners":["p_01a22d670a12bb0d487431adcc5d591a","p_01a22d670a15f8e2ce4142c183eb57a5"],"promote_partners":["p_01a22d670a15f8e2ce4142c183eb57a5"],"promote_measure":"tier_share","accrues_until":"declaration","tiers":[{"kind":"preferred_return","name":"preferred return","partners":["p_01a22d670a12bb0d487431adcc5d591a"],"rate_percent":8,"rate_kind":"nominal","compounding":"annual","broken_period":"exponent","base":"outstanding","day_count":"actual/365"},{"kind":"return_of_capital","name":"capital","partners":["p_01a22d670a12bb0d487431adcc5d591a"]},{"kind":"split","name":"split","portions":[{"share_percent":80,"partners":["p_01a22d670a12bb0d487431adcc5d591a"]},{"share_percent":20,"partners":["p_01a22d670a15f8e2ce4142c183eb57a5"]}]}]},"note":null,"entry_id":"en_01a22d670a4ce082408937c258d5f48b","source_key":"key-10","posted_on":"2026-11-30"}');
CREATE TABLE appraisals (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	doc TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
INSERT INTO "appraisals" VALUES(1,'apr_01a22d670a0f27bc286343e4a90af6d2','{"id":"apr_01a22d670a0f27bc286343e4a90af6d2","market":"hamilton","property_id":"pr_01a22d6709ea2138d551e62e4ab3560d","parcel":null,"address":null,"value":540000,"currency":"CAD","date":"2026-01-31","appraiser":null,"source":null,"purpose":null,"notes":null,"meta":{},"created_at":"2026-11-30T17:00:57.231346Z","updated_at":"2026-11-30T17:00:57.231346Z","import_key":null}');
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
INSERT INTO "audit_events" VALUES(1,'ev_01a22d670972e4855f35549b29e05a6c','2026-11-30T17:00:57.073796Z','root','api','deal.created','deal','deal_01a22d6709718774dea070167984f4c7','done',NULL,'d9f9b7f24bb3c870','{"*":{"id":"deal_01a22d6709718774dea070167984f4c7","name":"114 Elm Street","status":"lead","strategy":null,"owner":null,"next_action":null,"next_action_date":null,"lost_reason":null,"address":null,"property_id":null,"price":412000,"arv":null,"est_repairs":68500.5,"est_rent":null,"currency":"CAD","offer_date":null,"offer_expiry_date":null,"contract_date":null,"inspection_date":null,"financing_date":null,"close_date":null,"notes":null,"tags":["off-market"],"meta":{},"created_at":"2026-11-30T17:00:57.073796Z","updated_at":"2026-11-30T17:00:57.073796Z","stage_history":[{"status":"lead","at":"2026-11-30T17:00:57.073796Z","by":"root"}]}}','da35f9153f57442ec8070de8fdbb8642e79aef49c67380e97ebedf2fe82d9666');
INSERT INTO "audit_events" VALUES(2,'ev_01a22d670989c9b52c6b4323ccd9a413','2026-11-30T17:00:57.096180Z','root','api','partner.created','partner','p_01a22d670988cfc0c53dca9b5135b5b8','done',NULL,'4035310d42186a4a','{"*":{"id":"p_01a22d670988cfc0c53dca9b5135b5b8","name":"Maple Street Capital – Überbrückung 桜","role":"lender","roles":["lender"],"status":"active","owner":null,"email":null,"phone":null,"country":"CA","language":"en","notes":null,"tags":["quick","cash"],"meta":{},"created_at":"2026-11-30T17:00:57.096180Z","updated_at":"2026-11-30T17:00:57.096180Z","phone_e164":null,"email_normalized":null,"phone_extension":null}}','7a03af76e4aa432da0a6a517e8ee9cb982064b4c774b075bfa1bcc5c8e52d841');
INSERT INTO "audit_events" VALUES(3,'ev_01a22d6709ae1ba40b537d6208ef8a3c','2026-11-30T17:00:57.134639Z','root','api','partner.created','partner','p_01a22d6709aefce2aa88ac02cd24ec18','done',NULL,'6da86c73b1a0e02d','{"*":{"id":"p_01a22d6709aefce2aa88ac02cd24ec18","name":"A builder","role":"gc","roles":["gc"],"status":"active","owner":null,"email":null,"phone":"416-555-0123","country":"CA","language":"en","notes":"=1+1","tags":[],"meta":{"rate":1.5e-7},"created_at":"2026-11-30T17:00:57.134639Z","updated_at":"2026-11-30T17:00:57.134639Z","phone_e164":"+14165550123","email_normalized":null,"phone_extension":null}}','7dab70d12f6e9a91de6b4fcfe95149016ae95fea059442aa3c2f456d9005108d');
INSERT INTO "audit_events" VALUES(4,'ev_01a22d6709be93cc2586a853d4cab799','2026-11-30T17:00:57.149537Z','root','api','link.created','link','lnk_01a22d6709bd52fcdee32ce4ae46e9af','done',NULL,'bc1261df9a19f74f','{"*":{"id":"lnk_01a22d6709bd52fcdee32ce4ae46e9af","partner_id":"p_01a22d670988cfc0c53dca9b5135b5b8","deal_id":"deal_01a22d6709718774dea070167984f4c7","relationship":"JV","split_notes":"50/50","status":"active","meta":{},"created_at":"2026-11-30T17:00:57.149537Z","updated_at":"2026-11-30T17:00:57.149537Z"}}','54b9e454aeb2b28cf6fd59d2f9bdb6a9a6ecc5338dad85c2473c236b66446ae9');
INSERT INTO "audit_events" VALUES(5,'ev_01a22d6709c4f40049a135d1490ed872','2026-11-30T17:00:57.155854Z','root','api','draft.created','draft','dr_01a22d6709c3c38dba8f1d60736d1b57','done',NULL,'c34c17ecab2368e2','{"*":{"id":"dr_01a22d6709c3c38dba8f1d60736d1b57","channel":"sms","status":"draft","to":"416-555-0123","subject":null,"body":"Still looking?\nCall me.","deal_id":"deal_01a22d6709718774dea070167984f4c7","contact_id":null,"tone":null,"tags":[],"meta":{},"created_at":"2026-11-30T17:00:57.155854Z","updated_at":"2026-11-30T17:00:57.155854Z","to_e164":"+14165550123","sent_at":null,"to_email":null,"to_extension":null,"delivery_id":null}}','08f59d5bc675e792567ed789ca69a4578a1e2bc8996ff9664fb9bd445ee259a1');
INSERT INTO "audit_events" VALUES(6,'ev_01a22d6709c8de50df308b9fc483983c','2026-11-30T17:00:57.160047Z','root','api','draft.created','draft','dr_01a22d6709c85b1502cb5945ef18f4a7','done',NULL,'d54f7817461d4308','{"*":{"id":"dr_01a22d6709c85b1502cb5945ef18f4a7","channel":"letter","status":"draft","to":null,"subject":null,"body":"Dear Dana","deal_id":null,"contact_id":null,"tone":null,"tags":["slow"],"meta":{"big":4611686018427387904,"deep":[{"a":null}]},"created_at":"2026-11-30T17:00:57.160047Z","updated_at":"2026-11-30T17:00:57.160047Z","to_e164":null,"sent_at":null,"to_email":null,"to_extension":null,"delivery_id":null}}','10757992114c9fd95e175797018ae6c76453710236e26bd3922d11cbf4c838d9');
INSERT INTO "audit_events" VALUES(7,'ev_01a22d6709cec6b000ff58fc297706cd','2026-11-30T17:00:57.166313Z','root','api','send-log entry.created','send-log entry','sl_01a22d6709ce43377db3c550fa64853a','done',NULL,'d3169210f70875ce','{"*":{"id":"sl_01a22d6709ce43377db3c550fa64853a","created_at":"2026-11-30T17:00:57.166313Z","updated_at":"2026-11-30T17:00:57.166313Z","draft_id":"dr_01a22d6709c3c38dba8f1d60736d1b57","channel":"sms","to":"416-555-0123","to_e164":"+14165550123","subject":null,"body":"Still looking?\nCall me.","deal_id":"deal_01a22d6709718774dea070167984f4c7","contact_id":null,"provider":"twilio","provider_ref":"SM42","sent_at":"2026-11-30T17:00:57.166313Z","meta":{},"to_email":null,"to_extension":null}}','a4fdb778ee494b24864d55157d2deefb6c1425ee73d13d78a7ff4e50a746e97f');
INSERT INTO "audit_events" VALUES(8,'ev_01a22d6709cf60284d08aa2ad19f93a5','2026-11-30T17:00:57.166313Z','root','api','draft.sent','draft','dr_01a22d6709c3c38dba8f1d60736d1b57','done',NULL,'d3169210f70875ce','{"status":{"before":"draft","after":"sent"},"sent_at":{"before":null,"after":"2026-11-30T17:00:57.166313Z"}}','5a0087ad572ba62404033e2933511bf55592656892a92c75002825f587197b75');
INSERT INTO "audit_events" VALUES(9,'ev_01a22d6709d89e7be666a91c1cf21c01','2026-11-30T17:00:57.176371Z','root','api','PATCH /core/comms/drafts/dr_01a22d6709c3c38dba8f1d60736d1b57','draft','dr_01a22d6709c3c38dba8f1d60736d1b57','refused','409 body cannot change: this draft was sent, and the send log records its content','3ef28de03fcb3274','{}','7697c85024cf803d9f9f2c8b24def0715775400fcb78ac6fd8fdc814f1c44aed');
INSERT INTO "audit_events" VALUES(10,'ev_01a22d6709dcb8d130add08e0c4effb1','2026-11-30T17:00:57.179753Z','root','api','opt-out.created','opt-out','oo_01a22d6709dc02f3f3fe7166ce996990','done',NULL,'5361debd4d789296','{"*":{"id":"oo_01a22d6709dc02f3f3fe7166ce996990","created_at":"2026-11-30T17:00:57.179753Z","updated_at":"2026-11-30T17:00:57.179753Z","address":"+14165550199","channel":"sms","scope":"company","source":"person","since":"2026-11-30T17:00:57.179753Z","note":"Asked on the phone.","ended_at":null,"ended_by":null,"ended_reason":null}}','aa4d10a860bbc31024b68bb55edcc6dcfc3fd3a2cd5bc9164de87644c9db4826');
INSERT INTO "audit_events" VALUES(11,'ev_01a22d6709dc84dc75b82d191677d3ef','2026-11-30T17:00:57.179753Z','root','api','opt-out.created','opt-out','oo_01a22d6709dc0fc57d3fa6e210e4f974','done',NULL,'5361debd4d789296','{"*":{"id":"oo_01a22d6709dc0fc57d3fa6e210e4f974","created_at":"2026-11-30T17:00:57.179753Z","updated_at":"2026-11-30T17:00:57.179753Z","address":"+14165550199","channel":"call","scope":"company","source":"person","since":"2026-11-30T17:00:57.179753Z","note":"Asked on the phone.","ended_at":null,"ended_by":null,"ended_reason":null}}','09561d58f2178b7c25051ed132f33f1437503c95a6c11611dd07ab796d785d78');
INSERT INTO "audit_events" VALUES(12,'ev_01a22d6709e46a4327f57e786b0d80fb','2026-11-30T17:00:57.187886Z','root','api','consent.created','consent','cs_01a22d6709e3c7a6de7485db3c56cd4f','done',NULL,'8ac05e55abd736e4','{"*":{"id":"cs_01a22d6709e3c7a6de7485db3c56cd4f","created_at":"2026-11-30T17:00:57.187886Z","updated_at":"2026-11-30T17:00:57.187886Z","address":"+14165550123","channel":"sms","scope":"company","kind":"express","until":null,"obtained_on":"2026-01-31","source":"web form","note":null}}','53d15265aa4df336be8de975fd1f415fffbf3d4c3b8a0c00d2c3a636d26075d4');
INSERT INTO "audit_events" VALUES(13,'ev_01a22d6709ebabb91c96451a20f4c121','2026-11-30T17:00:57.193765Z','root','api','property.created','property','pr_01a22d6709ea2138d551e62e4ab3560d','done',NULL,'689fac10fd4d4e3e','{"*":{"id":"pr_01a22d6709ea2138d551e62e4ab3560d","address":"12 Oak Ave","country":"CA","region":"ON","city":"Hamilton","postal":null,"status":"tracked","deal_id":null,"owner":null,"listing_url":null,"photos_url":null,"beds":null,"baths":null,"sqft":null,"lot_sqft":null,"year_built":null,"latitude":43.25,"longitude":-79.87,"property_type":null,"parcel":null,"year_renovated":null,"grade":null,"condition":null,"floors":null,"basement_sqft":null,"view":null,"waterfront":null,"market":null,"tags":[],"meta":{},"created_at":"2026-11-30T17:00:57.193765Z","updated_at":"2026-11-30T17:00:57.193765Z","address_key":"12 oak ave","import_key":null}}','4e5ea2056380e2ef97c7729bdfd4bf293fce47d176c083358c6b8145a91e983a');
INSERT INTO "audit_events" VALUES(14,'ev_01a22d6709ef5a0b2d83a628452ee1fb','2026-11-30T17:00:57.199236Z','root','api','rating.created','rating','pr_01a22d6709ea2138d551e62e4ab3560d','done',NULL,'435e054489aafae5','{"*":{"property_id":"pr_01a22d6709ea2138d551e62e4ab3560d","score":71,"notes":"quiet","factors":{},"created_at":"2026-11-30T17:00:57.199236Z","updated_at":"2026-11-30T17:00:57.199236Z"}}','b67098cb043a7bd5fb4a389577cbc956d703addac06f4cc4e7d1a11b1d30de3d');
INSERT INTO "audit_events" VALUES(15,'ev_01a22d6709f546b78716a34ac1c14774','2026-11-30T17:00:57.205702Z','root','api','comps.created','comps','pr_01a22d6709ea2138d551e62e4ab3560d','done',NULL,'fb5b824a4076834e','{"*":{"property_id":"pr_01a22d6709ea2138d551e62e4ab3560d","radius_km":1.5,"beds":3,"baths":null,"notes":"no sales are loaded, so there is nothing to compare this property with: `valhalla market import-sales` loads some from a file, `valhalla market sync` from an MLS","as_of":"2026-11-30","max_days":null,"market":null,"pinned":[],"excluded":[],"created_at":"2026-11-30T17:00:57.205702Z","updated_at":"2026-11-30T17:00:57.205702Z","ok":true,"comps":[],"message":"no sales are loaded, so there is nothing to compare this property with: `valhalla market import-sales` loads some from a file, `valhalla market sync` from an MLS","currency":null,"value":null,"search":[],"rates":[],"index_source":null,"subject":{},"placed_by":null,"cautions":[],"data_revision":null,"data_fingerprint":null,"prior_sales":[]}}','448172d6f73d58115faf60cbec074f40de1f1a8042c9141499f2bd1c11764e37');
INSERT INTO "audit_events" VALUES(16,'ev_01a22d6709fd97d5e8919d87b4f61748','2026-11-30T17:00:57.213078Z','root','api','repair-rent estimate.created','repair-rent estimate','pr_01a22d6709ea2138d551e62e4ab3560d','done',NULL,'e6f0687c06b563e4','{"*":{"property_id":"pr_01a22d6709ea2138d551e62e4ab3560d","est_repairs":1000.25,"est_rent":3150,"assumptions":{},"created_at":"2026-11-30T17:00:57.213078Z","updated_at":"2026-11-30T17:00:57.213078Z"}}','6ef2c98374fc2ab3481624afc366342d48fbb137347516d4fc023a827f66a74c');
INSERT INTO "audit_events" VALUES(17,'ev_01a22d670a08421847531701c9e9c864','2026-11-30T17:00:57.223698Z','root','api','partner.changed','partner','p_01a22d670988cfc0c53dca9b5135b5b8','done',NULL,'e31ac78250fef1d6','{"status":{"before":"active","after":"paused"},"tags":{"before":["quick","cash"],"after":["quick"]}}','df4a49158505517b07bd775cde30a5e797e689799572efda579f89d671144408');
INSERT INTO "audit_events" VALUES(18,'ev_01a22d670a0c08419d8a9a817b700c63','2026-11-30T17:00:57.228202Z','root','api','market.created','market','hamilton','done',NULL,'eb651e3fb041d9d0','{"*":{"name":"hamilton","country":"CA","currency":"CAD","notes":null,"index_series":null,"neighborhood_weights":{},"neighborhood_crime":false,"meta":{},"created_at":"2026-11-30T17:00:57.228202Z","updated_at":"2026-11-30T17:00:57.228202Z"}}','2e930eeaec907a2c029de3820593c7c8991338790c9f81d452ed57d53dd22085');
INSERT INTO "audit_events" VALUES(19,'ev_01a22d670a0f24888a57ccef6219217b','2026-11-30T17:00:57.231346Z','root','api','appraisal.created','appraisal','apr_01a22d670a0f27bc286343e4a90af6d2','done',NULL,'87ee3ac4ddc5ab7a','{"*":{"id":"apr_01a22d670a0f27bc286343e4a90af6d2","market":"hamilton","property_id":"pr_01a22d6709ea2138d551e62e4ab3560d","parcel":null,"address":null,"value":540000,"currency":"CAD","date":"2026-01-31","appraiser":null,"source":null,"purpose":null,"notes":null,"meta":{},"created_at":"2026-11-30T17:00:57.231346Z","updated_at":"2026-11-30T17:00:57.231346Z","import_key":null}}','b9779b4b4a76614c294518298e6909946938974832b61a20021e2f4a75f1b462');
INSERT INTO "audit_events" VALUES(20,'ev_01a22d670a128fb9983431cd4d428133','2026-11-30T17:00:57.234503Z','root','api','partner.created','partner','p_01a22d670a12bb0d487431adcc5d591a','done',NULL,'8e50ae67f6dd681f','{"*":{"id":"p_01a22d670a12bb0d487431adcc5d591a","name":"Investor 1","role":"other","roles":["other"],"status":"active","owner":null,"email":null,"phone":null,"country":"CA","language":"en","notes":null,"tags":[],"meta":{},"created_at":"2026-11-30T17:00:57.234503Z","updated_at":"2026-11-30T17:00:57.234503Z","phone_e164":null,"email_normalized":null,"phone_extension":null}}','1c6e6e056dd8ab7e0eb7c2aa32874899f72a2d8caa158eafbbb508df32dd2619');
INSERT INTO "audit_events" VALUES(21,'ev_01a22d670a159f660514a67be1545789','2026-11-30T17:00:57.237407Z','root','api','partner.created','partner','p_01a22d670a15f8e2ce4142c183eb57a5','done',NULL,'e6f62f69e8c9d40b','{"*":{"id":"p_01a22d670a15f8e2ce4142c183eb57a5","name":"Sponsor 1","role":"other","roles":["other"],"status":"active","owner":null,"email":null,"phone":null,"country":"CA","language":"en","notes":null,"tags":[],"meta":{},"created_at":"2026-11-30T17:00:57.237407Z","updated_at":"2026-11-30T17:00:57.237407Z","phone_e164":null,"email_normalized":null,"phone_extension":null}}','5605cb01f38651cf012a8d99b61e3384e3543b5fdc9c1439d018e68bbf70cda8');
INSERT INTO "audit_events" VALUES(22,'ev_01a22d670a1ecdb6b6bad2d3e7f2b9f7','2026-11-30T17:00:57.246037Z','root','api','deal.created','deal','deal_01a22d670a1ee1b00f0c5ef07cdb5282','done',NULL,'915f4fb909868f3f','{"*":{"id":"deal_01a22d670a1ee1b00f0c5ef07cdb5282","name":"Deal 1","status":"lead","strategy":null,"owner":null,"next_action":null,"next_action_date":null,"lost_reason":null,"address":"1 Elm Street","property_id":null,"price":null,"arv":null,"est_repairs":null,"est_rent":null,"currency":"CAD","offer_date":null,"offer_expiry_date":null,"contract_date":null,"inspection_date":null,"financing_date":null,"close_date":null,"notes":null,"tags":[],"meta":{},"created_at":"2026-11-30T17:00:57.246037Z","updated_at":"2026-11-30T17:00:57.246037Z","stage_history":[{"status":"lead","at":"2026-11-30T17:00:57.246037Z","by":"root"}]}}','88ba10ee5e216b5705e7814feec468e19eb626006bd0da95e297850522ebaf5b');
INSERT INTO "audit_events" VALUES(23,'ev_01a22d670a264e64a7d9cbd881f51e9e','2026-11-30T17:00:57.253086Z','root','api','agreement.posted','agreement','agr_01a22d670a24926eed2d3601e0587f83','done',NULL,'97cbda40a1266514','{"*":{"id":"agr_01a22d670a24926eed2d3601e0587f83","created_at":"2026-11-30T17:00:57.253086Z","updated_at":"2026-11-30T17:00:57.253086Z","name":"JV 1 p_01a22d670a12bb0d487431adcc5d591a","deal_ids":["deal_01a22d670a1ee1b00f0c5ef07cdb5282"],"currency":"CAD","effective_from":"2023-12-01","terms":{"partners":["p_01a22d670a12bb0d487431adcc5d591a","p_01a22d670a15f8e2ce4142c183eb57a5"],"promote_partners":["p_01a22d670a15f8e2ce4142c183eb57a5"],"promote_measure":"tier_share","accrues_until":"declaration","tiers":[{"kind":"preferred_return","name":"preferred return","partners":["p_01a22d670a12bb0d487431adcc5d591a"],"rate_percent":8,"rate_kind":"nominal","compounding":"annual","broken_period":"exponent","base":"outstanding","day_count":"actual/365"},{"kind":"return_of_capital","name":"capital","partners":["p_01a22d670a12bb0d487431adcc5d591a"]},{"kind":"split","name":"split","portions":[{"share_percent":80,"partners":["p_01a22d670a12bb0d487431adcc5d591a"]},{"share_percent":20,"partners":["p_01a22d670a15f8e2ce4142c183eb57a5"]}]}]},"note":null,"entry_id":"en_01a22d670a25a6664e1f2f29359711e7","source_key":"agr_01a22d670a24926eed2d3601e0587f83","posted_on":"2026-11-30"}}','3d36ec70adac7f4f62d1e2ab7e657a298884623be73727e00b8e2f446e3c3a69');
INSERT INTO "audit_events" VALUES(24,'ev_01a22d670a2b13be1f60d7ba14f3277e','2026-11-30T17:00:57.258825Z','root','api','commitment.posted','commitment','cmt_01a22d670a2a71c55e0c655414f73143','done',NULL,'b4bcf6e442cecae2','{"*":{"id":"cmt_01a22d670a2a71c55e0c655414f73143","created_at":"2026-11-30T17:00:57.258825Z","updated_at":"2026-11-30T17:00:57.258825Z","agreement_id":"agr_01a22d670a24926eed2d3601e0587f83","currency":"CAD","effective_on":"2025-11-30","posted_on":"2026-11-30","note":null,"source_key":"key-2","entry_id":"en_01a22d670a2af032c56de6f707c1f8ed","partner_id":"p_01a22d670a12bb0d487431adcc5d591a","amount":200000}}','e2b7a0e2d795ffd13a49f1f8f716a42b252863ed767be8ec7b3f0ea1974d957e');
INSERT INTO "audit_events" VALUES(25,'ev_01a22d670a2fca78fb486066baf8f628','2026-11-30T17:00:57.262282Z','root','api','contribution.posted','contribution','ctb_01a22d670a2e151156268593306261e1','done',NULL,'483ce84aee6ca2de','{"*":{"id":"ctb_01a22d670a2e151156268593306261e1","created_at":"2026-11-30T17:00:57.262282Z","updated_at":"2026-11-30T17:00:57.262282Z","agreement_id":"agr_01a22d670a24926eed2d3601e0587f83","currency":"CAD","effective_on":"2025-11-30","posted_on":"2026-11-30","note":null,"source_key":"key-3","entry_id":"en_01a22d670a2e0b211f08c44a7e084331","partner_id":"p_01a22d670a12bb0d487431adcc5d591a","amount":150000.75}}','dc074a86734d6bfe4b30acde98fcab0def82ef095cd0cb37c0694a3135db17a8');
INSERT INTO "audit_events" VALUES(26,'ev_01a22d670a325b932f7c4627f5a27cf3','2026-11-30T17:00:57.266332Z','root','api','contribution.posted','contribution','ctb_01a22d670a326ac30cb72b6895d0f9ad','done',NULL,'2d8e4e05754bf5e0','{"*":{"id":"ctb_01a22d670a326ac30cb72b6895d0f9ad","created_at":"2026-11-30T17:00:57.266332Z","updated_at":"2026-11-30T17:00:57.266332Z","agreement_id":"agr_01a22d670a24926eed2d3601e0587f83","currency":"CAD","effective_on":"2025-11-30","posted_on":"2026-11-30","note":null,"source_key":"key-4","entry_id":"en_01a22d670a327c1ed4f6b0f7ce7dbb03","partner_id":"p_01a22d670a15f8e2ce4142c183eb57a5","amount":150000.75}}','8700b8c6eb65c6d3a5448527491475183b39f484bbe1448717462eb284a69518');
INSERT INTO "audit_events" VALUES(27,'ev_01a22d670a36e7be2bce6cbc67c7824d','2026-11-30T17:00:57.270050Z','root','api','reversal.posted','reversal','rev_01a22d670a36c70dd739c5ccd1f83baa','done',NULL,'8547be49d05da6ca','{"*":{"id":"rev_01a22d670a36c70dd739c5ccd1f83baa","created_at":"2026-11-30T17:00:57.270050Z","updated_at":"2026-11-30T17:00:57.270050Z","agreement_id":"agr_01a22d670a24926eed2d3601e0587f83","currency":"CAD","effective_on":"2025-11-30","posted_on":"2026-11-30","note":null,"source_key":"key-5","entry_id":"en_01a22d670a369af5123de56debb12f61","reverses":"en_01a22d670a327c1ed4f6b0f7ce7dbb03","meaning":"never_happened"}}','1893d0beec36767f373bf2a37c9daec2b750113ee6eb437f9fb57e6a364a816b');
INSERT INTO "audit_events" VALUES(28,'ev_01a22d670a39e159abd6320b1aa4d331','2026-11-30T17:00:57.273382Z','root','api','transaction.posted','transaction','txn_01a22d670a390eae61b0486d27f4d388','done',NULL,'96d87a8ccf62c0f9','{"*":{"id":"txn_01a22d670a390eae61b0486d27f4d388","created_at":"2026-11-30T17:00:57.273382Z","updated_at":"2026-11-30T17:00:57.273382Z","agreement_id":"agr_01a22d670a24926eed2d3601e0587f83","currency":"CAD","effective_on":"2026-02-03","posted_on":"2026-11-30","note":null,"source_key":"key-6","entry_id":"en_01a22d670a39abe4a1a01c9c798350b9","kind":"purchase","deal_id":"deal_01a22d670a1ee1b00f0c5ef07cdb5282","amount":90000.5,"cost":null,"interest":null,"loan":null}}','57dfe7b8ee4b0e0dbcc97ecaabd508a7d051a8e33a3e8f09d610b8970745f221');
INSERT INTO "audit_events" VALUES(29,'ev_01a22d670a3da5a258a44311b4b0d539','2026-11-30T17:00:57.276881Z','root','api','transaction.posted','transaction','txn_01a22d670a3cc6a7dc185d46af9fd8de','done',NULL,'8acf5ecbc9d2a4e9','{"*":{"id":"txn_01a22d670a3cc6a7dc185d46af9fd8de","created_at":"2026-11-30T17:00:57.276881Z","updated_at":"2026-11-30T17:00:57.276881Z","agreement_id":"agr_01a22d670a24926eed2d3601e0587f83","currency":"CAD","effective_on":"2026-10-31","posted_on":"2026-11-30","note":null,"source_key":"key-7","entry_id":"en_01a22d670a3c052ea2da562a8d51f32b","kind":"sale","deal_id":"deal_01a22d670a1ee1b00f0c5ef07cdb5282","amount":120000,"cost":90000.5,"interest":null,"loan":null}}','dabb54fa71e6c4668e443d5b92dc7c724a2df4294543daacc767fe81b15f2e23');
INSERT INTO "audit_events" VALUES(30,'ev_01a22d670a44984ba59720176964b851','2026-11-30T17:00:57.283745Z','root','api','distribution.posted','distribution','dst_01a22d670a43f2a61c020b79e4b1fc65','done',NULL,'edd194c389d79d73','{"*":{"id":"dst_01a22d670a43f2a61c020b79e4b1fc65","created_at":"2026-11-30T17:00:57.283745Z","updated_at":"2026-11-30T17:00:57.283745Z","agreement_id":"agr_01a22d670a24926eed2d3601e0587f83","currency":"CAD","effective_on":"2026-11-30","posted_on":"2026-11-30","note":null,"source_key":"key-8","entry_id":"en_01a22d670a43175d1eb875740d8b2a92","cash":100000,"declared_on":"2026-11-30","payable_on":"2026-11-30","true_up":false,"terms_id":"agr_01a22d670a24926eed2d3601e0587f83","tiers":[{"number":1,"name":"preferred return","kind":"preferred_return","description":"Preferred return of 8 % a year on outstanding capital to Investor 1 (nominal, compounded annually, actual/365)","needed":12000.06,"paid":12000.06,"still_needed":0,"amounts":[{"partner_id":"p_01a22d670a12bb0d487431adcc5d591a","amount":12000.06}],"sentence":"Preferred return of 8 % a year on outstanding capital to Investor 1 (nominal, compounded annually, actual/365): 12,000.06, all that is due."},{"number":2,"name":"capital","kind":"return_of_capital","description":"Return of capital to Investor 1","needed":150000.75,"paid":87999.94,"still_needed":62000.81,"amounts":[{"partner_id":"p_01a22d670a12bb0d487431adcc5d591a","amount":87999.94}],"sentence":"Return of capital to Investor 1: 87,999.94 of 150,000.75 due; 62,000.81 more would fill it."},{"number":3,"name":"split","kind":"split","description":"Split, 80 % to Investor 1, 20 % to Sponsor 1","needed":null,"paid":0,"still_needed":null,"amounts":[],"sentence":"Split, 80 % to Investor 1, 20 % to Sponsor 1: nothing is left for it."}],"corrections":[]}}','3346d8bc862226241980c67bd7532a958667a0814a64dd1939590fbe2b73e01b');
INSERT INTO "audit_events" VALUES(31,'ev_01a22d670a48fa7305f47e1c4ccd22aa','2026-11-30T17:00:57.287893Z','root','api','payment.posted','payment','pay_01a22d670a476cc1fd6d92a203ef6a51','done',NULL,'60c59181c2b930bc','{"*":{"id":"pay_01a22d670a476cc1fd6d92a203ef6a51","created_at":"2026-11-30T17:00:57.287893Z","updated_at":"2026-11-30T17:00:57.287893Z","agreement_id":"agr_01a22d670a24926eed2d3601e0587f83","currency":"CAD","effective_on":"2026-11-30","posted_on":"2026-11-30","note":null,"source_key":"key-9","entry_id":"en_01a22d670a47df1f6ba52ada5622ddd1","distribution_id":"dst_01a22d670a43f2a61c020b79e4b1fc65","partner_ids":null,"amounts":[{"partner_id":"p_01a22d670a12bb0d487431adcc5d591a","amount":100000}]}}','2e0c41a2a0506f769ce8f5b089961e9a2aa7dc574d1293ed045409e473933d88');
INSERT INTO "audit_events" VALUES(32,'ev_01a22d670a4dcdf9830d2749d5b3fad4','2026-11-30T17:00:57.292654Z','root','api','amendment.posted','amendment','amd_01a22d670a4cdbb0dd6c928879fca1bf','done',NULL,'6f82f14a22ab43ed','{"*":{"id":"amd_01a22d670a4cdbb0dd6c928879fca1bf","created_at":"2026-11-30T17:00:57.292654Z","updated_at":"2026-11-30T17:00:57.292654Z","agreement_id":"agr_01a22d670a24926eed2d3601e0587f83","effective_from":"2026-12-01","terms":{"partners":["p_01a22d670a12bb0d487431adcc5d591a","p_01a22d670a15f8e2ce4142c183eb57a5"],"promote_partners":["p_01a22d670a15f8e2ce4142c183eb57a5"],"promote_measure":"tier_share","accrues_until":"declaration","tiers":[{"kind":"preferred_return","name":"preferred return","partners":["p_01a22d670a12bb0d487431adcc5d591a"],"rate_percent":8,"rate_kind":"nominal","compounding":"annual","broken_period":"exponent","base":"outstanding","day_count":"actual/365"},{"kind":"return_of_capital","name":"capital","partners":["p_01a22d670a12bb0d487431adcc5d591a"]},{"kind":"split","name":"split","portions":[{"share_percent":80,"partners":["p_01a22d670a12bb0d487431adcc5d591a"]},{"share_percent":20,"partners":["p_01a22d670a15f8e2ce4142c183eb57a5"]}]}]},"note":null,"entry_id":"en_01a22d670a4ce082408937c258d5f48b","source_key":"key-10","posted_on":"2026-11-30"}}','63c772bded21519b30f93e8b7d1510468534914bbf4d46221fe0049ea655521f');
INSERT INTO "audit_events" VALUES(33,'ev_01a22d670a5015d40b1869814019754a','2026-11-30T17:00:57.295883Z','root','api','period.posted','period','prd_01a22d670a4fc56485b887b90099844c','done',NULL,'b0fbae200bb89aa2','{"*":{"id":"prd_01a22d670a4fc56485b887b90099844c","created_at":"2026-11-30T17:00:57.295883Z","updated_at":"2026-11-30T17:00:57.295883Z","agreement_id":"agr_01a22d670a24926eed2d3601e0587f83","currency":"CAD","effective_on":"2026-10-01","posted_on":"2026-11-30","note":null,"source_key":"key-11","entry_id":"en_01a22d670a4f9a8d4676ed460d08b082","action":"close","through":"2026-10-01"}}','a9f500a42ab25ba9e771ac907b94b68ac352aca754695ac7fde059164cd48754');
INSERT INTO "audit_events" VALUES(34,'ev_01a22d670a54574ea17b67b86eb78739','2026-11-30T17:00:57.299347Z','root','api','statement.issued','statement','stm_01a22d670a53207a07705a2fcdd3f762','done',NULL,'06a446f6fa073888','{"*":{"id":"stm_01a22d670a53207a07705a2fcdd3f762","created_at":"2026-11-30T17:00:57.299347Z","updated_at":"2026-11-30T17:00:57.299347Z","kind":"capital_account","agreement_id":"agr_01a22d670a24926eed2d3601e0587f83","agreement_name":"JV 1 p_01a22d670a12bb0d487431adcc5d591a","partner_id":"p_01a22d670a12bb0d487431adcc5d591a","partner_name":"Investor 1","language":"en","currency":"CAD","revision":11,"issued_on":"2026-11-30","period_from":"2025-10-26","period_to":"2026-11-30","distribution_id":null,"capital_account":{"opening":0,"contributed":150000.75,"returned":87999.94,"ending":62000.81,"preferred_paid":12000.06,"preferred_owed":0,"profit_paid":0,"committed":200000,"unfunded":49999.25,"movements":[{"on":"2025-11-30","what":"Contribution","amount":150000.75,"entry_id":"en_01a22d670a2e0b211f08c44a7e084331"},{"on":"2026-11-30","what":"Preferred return","amount":12000.06,"entry_id":"en_01a22d670a43175d1eb875740d8b2a92"},{"on":"2026-11-30","what":"Return of capital","amount":87999.94,"entry_id":"en_01a22d670a43175d1eb875740d8b2a92"}]},"notice":null,"digest":"5883bb7853fed1a1ed50e3aae6a632116bb86f98eecfc2e9da630b541e862d2a"}}','f1693e32540a4bd9f8c712906be46ab071080eddc65dbad22dea90406a5b580c');
INSERT INTO "audit_events" VALUES(35,'ev_01a22d670a57d72f5dc43b4717885b2b','2026-11-30T17:00:57.303101Z','root','api','note.created','note','note_01a22d670a57aacde0e986c38621ce14','done',NULL,'ec15caa623cdf3d0','{"*":{"id":"note_01a22d670a57aacde0e986c38621ce14","entity":"deal","entity_id":"deal_01a22d6709718774dea070167984f4c7","text":"The seller wants to close in May.","date":"2026-03-20","status":"active","meta":{},"created_at":"2026-11-30T17:00:57.303101Z","updated_at":"2026-11-30T17:00:57.303101Z","author":"root"}}','5355586ddb6553e0322fed2c3556c0f14336d2b73e59e79c996ddbdb09ced0d4');
INSERT INTO "audit_events" VALUES(36,'ev_01a22d670a5b3b066da5ab71a8b21eff','2026-11-30T17:00:57.306389Z','root','api','view.created','view','view_01a22d670a5a7716c69d302e0b394e7b','done',NULL,'33515294b91c377e','{"*":{"id":"view_01a22d670a5a7716c69d302e0b394e7b","list":"deals","name":"Leads by price","query":"status=lead&sort=-price","shared":false,"status":"active","meta":{},"created_at":"2026-11-30T17:00:57.306389Z","updated_at":"2026-11-30T17:00:57.306389Z","owner":"root"}}','87806af869e08ae2c721312fa0adca013e3d9f6676139fd07032512ece762677');
INSERT INTO "audit_events" VALUES(37,'ev_01a22d670a5f86a89618c7cd04537891','2026-11-30T17:00:57.311091Z','root','api','unit costs.created','unit costs','uc_cad_1','done',NULL,'e906b8ef3df6a9b4','{"*":{"id":"uc_cad_1","currency":"CAD","source":"ours","as_of":"2026-01-31","costs":[{"trade":"scope","item":"cosmetic","unit":"sqft","low":10,"mid":20.5,"high":35,"source":null}],"created_at":"2026-11-30T17:00:57.311091Z","updated_at":"2026-11-30T17:00:57.311091Z","version":1}}','67e94d7e38f09ccc733275a02e3f81f50cb7ba9192d508992bcd156722c7a43a');
INSERT INTO "audit_events" VALUES(38,'ev_01a22d670a9496161d3ea0c92ff74f17','2026-11-30T17:00:57.363015Z','dana','cli','market.sales_imported','market','hamilton','done',NULL,NULL,'{"source": {"before": null, "after": "county"}, "stored": {"before": null, "after": 40}, "updated": {"before": null, "after": 0}, "revision": {"before": null, "after": 1}}','1c32cdf45317b307e433b5cfef1c7bc50b664f09b5d68be7b976411ddcaebe40');
INSERT INTO "audit_events" VALUES(39,'ev_01a22d670aa5f2e2fa48ed56575b6a8e','2026-11-30T17:00:57.380984Z','dana','cli','market.sales_removed','market','hamilton','done',NULL,NULL,'{"source": {"before": null, "after": "county"}, "removed": {"before": null, "after": 1}, "reason": {"before": null, "after": "taken back"}, "revision": {"before": null, "after": 2}, "keys": {"before": null, "after": ["p3"]}}','d9cfb344216e04a88a3c7b1a891ef7a50c4f1a5e66eaa7ba2bcdb90dacc5915c');
INSERT INTO "audit_events" VALUES(40,'ev_01a22d670aa93db2365cbb78aeeabf94','2026-11-30T17:00:57.385400Z','dana','cli','sale.flagged','sale','sale_1','done',NULL,NULL,'{"market": {"before": null, "after": "hamilton"}, "reason": {"before": null, "after": "sold to a cousin"}, "usable": {"before": null, "after": 0}}','da966ed285aadeb57985a7ef6ce5837d919daec555412c165ddafd206abc36ed');
INSERT INTO "audit_events" VALUES(41,'ev_01a22d670b1503bac3d5dc75238ff2f8','2026-11-30T17:00:57.492945Z','root','api','property.changed','property','pr_01a22d6709ea2138d551e62e4ab3560d','done',NULL,'e193d66a5c2d203a','{"beds":{"before":null,"after":3},"sqft":{"before":null,"after":1400}}','73caae2d6f2c4f154599d84794042c0d60e92d223a17ceb07f7f9fc3ce1914ba');
INSERT INTO "audit_events" VALUES(42,'ev_01a22d670cbaa480d13ee19563374a64','2026-11-30T17:00:57.912973Z','root','api','comps.changed','comps','pr_01a22d6709ea2138d551e62e4ab3560d','done',NULL,'738919eec5eaa5d7','{"radius_km":{"before":1.5,"after":2},"beds":{"before":3,"after":null},"notes":{"before":"no sales are loaded, so there is nothing to compare this property with: `valhalla market import-sales` loads some from a file, `valhalla market sync` from an MLS","after":"30 comparable sales; 37 sales closed within 365 days, within 0.8 km, with a living area within 20 %"},"as_of":{"before":"2026-11-30","after":"2026-11-01"},"market":{"before":null,"after":"hamilton"},"excluded":{"before":[],"after":["sale_7"]},"comps":{"before":[],"after":[{"rank":1,"sale_id":"sale_21","address":null,"parcel":"p20","latitude":43.25,"longitude":-79.866,"living_sqft":1400.5,"price":460010.0,"close_date":"2026-03-15","priced_on":"2026-03-15","days":231,"distance_km":0.324,"similarity":0.9987,"adjustments":[{"name":"time","label":"time, 2026-03-15 to 2026-11-01","subject":null,"sale":null,"difference":7.59,"rate":-0.48,"rate_error":3100.42,"unit":"month","amount":-3.66,"standard_error":23530.59,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1400.5,"difference":-0.5,"rate":246.52,"rate_error":0.8,"unit":"sq ft","amount":-123.26,"standard_error":0.4,"source":"rates"}],"net":-126.92,"gross":126.92,"net_percent":-0.0,"gross_percent":0.0,"adjusted_price":459883.08,"standard_error":44657.26,"weight":0.065971078,"pinned":false,"warnings":[]},{"rank":2,"sale_id":"sale_18","address":null,"parcel":"p17","latitude":43.25,"longitude":-79.8666,"living_sqft":1370.5,"price":452508.5,"close_date":"2026-09-15","priced_on":"2026-09-15","days":47,"distance_km":0.275,"similarity":0.9232,"adjustments":[{"name":"time","label":"time, 2026-09-15 to 2026-11-01","subject":null,"sale":null,"difference":1.54,"rate":0.08,"rate_error":4246.53,"unit":"month","amount":0.13,"standard_error":6557.41,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1370.5,"difference":29.5,"rate":247.141,"rate_error":0.8014,"unit":"sq ft","amount":7290.66,"standard_error":23.64,"source":"rates"}],"net":7290.79,"gross":7290.79,"net_percent":1.6,"gross_percent":1.6,"adjusted_price":459799.29,"standard_error":39311.3,"weight":0.065521425,"pinned":false,"warnings":[]},{"rank":3,"sale_id":"sale_22","address":null,"parcel":"p21","latitude":43.25,"longitude":-79.86580000000001,"living_sqft":1410.5,"price":462510.5,"close_date":"2026-04-15","priced_on":"2026-04-15","days":200,"distance_km":0.34,"similarity":0.9724,"adjustments":[{"name":"time","label":"time, 2026-04-15 to 2026-11-01","subject":null,"sale":null,"difference":6.57,"rate":-0.22,"rate_error":3181.6,"unit":"month","amount":-1.47,"standard_error":20906.19,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1410.5,"difference":-10.5,"rate":246.3238,"rate_error":0.7905,"unit":"sq ft","amount":-2586.4,"standard_error":8.3,"source":"rates"}],"net":-2587.87,"gross":2587.87,"net_percent":-0.6,"gross_percent":0.6,"adjusted_price":459922.63,"standard_error":43797.78,"weight":0.058852598,"pinned":false,"warnings":[]},{"rank":4,"sale_id":"sale_3","address":null,"parcel":"p2","latitude":43.25,"longitude":-79.8696,"living_sqft":1220.5,"price":415001.0,"close_date":"2026-03-15","priced_on":"2026-03-15","days":231,"distance_km":0.032,"similarity":0.5976,"adjustments":[{"name":"time","label":"time, 2026-03-15 to 2026-11-01","subject":null,"sale":null,"difference":7.59,"rate":-0.46,"rate_error":3101.29,"unit":"month","amount":-3.47,"standard_error":23537.16,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1220.5,"difference":179.5,"rate":250.7735,"rate_error":0.8491,"unit":"sq ft","amount":45013.84,"standard_error":152.41,"source":"rates"}],"net":45010.37,"gross":45017.31,"net_percent":10.8,"gross_percent":10.8,"adjusted_price":460011.37,"standard_error":47973.72,"weight":0.053124463,"pinned":false,"warnings":[]},{"rank":5,"sale_id":"sale_23","address":null,"parcel":"p22","latitude":43.25,"longitude":-79.8656,"living_sqft":1420.5,"price":465011.0,"close_date":"2026-05-15","priced_on":"2026-05-15","days":170,"distance_km":0.356,"similarity":0.9469,"adjustments":[{"name":"time","label":"time, 2026-05-15 to 2026-11-01","subject":null,"sale":null,"difference":5.59,"rate":0.09,"rate_error":3274.15,"unit":"month","amount":0.5,"standard_error":18287.21,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1420.5,"difference":-20.5,"rate":246.1288,"rate_error":0.7878,"unit":"sq ft","amount":-5045.64,"standard_error":16.15,"source":"rates"}],"net":-5045.14,"gross":5046.14,"net_percent":-1.1,"gross_percent":1.1,"adjusted_price":459965.86,"standard_error":43069.46,"weight":0.052116772,"pinned":false,"warnings":[]},{"rank":6,"sale_id":"sale_20","address":null,"parcel":"p19","latitude":43.25,"longitude":-79.8662,"living_sqft":1390.5,"price":457509.5,"close_date":"2026-02-15","priced_on":"2026-02-15","days":259,"distance_km":0.308,"similarity":0.9748,"adjustments":[{"name":"time","label":"time, 2026-02-15 to 2026-11-01","subject":null,"sale":null,"difference":8.51,"rate":-0.43,"rate_error":3041.13,"unit":"month","amount":-3.63,"standard_error":25878.23,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1390.5,"difference":9.5,"rate":246.7242,"rate_error":0.7958,"unit":"sq ft","amount":2343.88,"standard_error":7.56,"source":"rates"}],"net":2340.25,"gross":2347.51,"net_percent":0.5,"gross_percent":0.5,"adjusted_price":459849.75,"standard_error":46144.85,"weight":0.050533241,"pinned":false,"warnings":[]},{"rank":7,"sale_id":"sale_17","address":null,"parcel":"p16","latitude":43.25,"longitude":-79.8668,"living_sqft":1360.5,"price":450008.0,"close_date":"2026-08-15","priced_on":"2026-08-15","days":78,"distance_km":0.259,"similarity":0.8982,"adjustments":[{"name":"time","label":"time, 2026-08-15 to 2026-11-01","subject":null,"sale":null,"difference":2.56,"rate":0.31,"rate_error":3779.49,"unit":"month","amount":0.79,"standard_error":9685.63,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1360.5,"difference":39.5,"rate":247.3544,"rate_error":0.8043,"unit":"sq ft","amount":9770.5,"standard_error":31.77,"source":"rates"}],"net":9771.29,"gross":9771.29,"net_percent":2.2,"gross_percent":2.2,"adjusted_price":459779.29,"standard_error":40207.23,"weight":0.050472631,"pinned":false,"warnings":[]},{"rank":8,"sale_id":"sale_5","address":null,"parcel":"p4","latitude":43.25,"longitude":-79.8692,"living_sqft":1240.5,"price":420002.0,"close_date":"2026-05-15","priced_on":"2026-05-15","days":170,"distance_km":0.065,"similarity":0.6351,"adjustments":[{"name":"time","label":"time, 2026-05-15 to 2026-11-01","subject":null,"sale":null,"difference":5.59,"rate":0.08,"rate_error":3273.78,"unit":"month","amount":0.47,"standard_error":18285.16,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1240.5,"difference":159.5,"rate":250.2307,"rate_error":0.8422,"unit":"sq ft","amount":39911.8,"standard_error":134.33,"source":"rates"}],"net":39912.27,"gross":39912.27,"net_percent":9.5,"gross_percent":9.5,"adjusted_price":459914.27,"standard_error":45348.76,"weight":0.047078215,"pinned":false,"warnings":[]},{"rank":9,"sale_id":"sale_24","address":null,"parcel":"p23","latitude":43.25,"longitude":-79.86540000000001,"living_sqft":1430.5,"price":467511.5,"close_date":"2026-06-15","priced_on":"2026-06-15","days":139,"distance_km":0.373,"similarity":0.9223,"adjustments":[{"name":"time","label":"time, 2026-06-15 to 2026-11-01","subject":null,"sale":null,"difference":4.57,"rate":0.32,"rate_error":3394.62,"unit":"month","amount":1.44,"standard_error":15502.64,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1430.5,"difference":-30.5,"rate":245.9367,"rate_error":0.7849,"unit":"sq ft","amount":-7501.07,"standard_error":23.94,"source":"rates"}],"net":-7499.63,"gross":7502.51,"net_percent":-1.6,"gross_percent":1.6,"adjusted_price":460011.87,"standard_error":42415.74,"weight":0.046128635,"pinned":false,"warnings":[]},{"rank":10,"sale_id":"sale_6","address":null,"parcel":"p5","latitude":43.25,"longitude":-79.869,"living_sqft":1250.5,"price":422502.5,"close_date":"2026-06-15","priced_on":"2026-06-15","days":139,"distance_km":0.081,"similarity":0.6546,"adjustments":[{"name":"time","label":"time, 2026-06-15 to 2026-11-01","subject":null,"sale":null,"difference":4.57,"rate":0.3,"rate_error":3393.6,"unit":"month","amount":1.37,"standard_error":15497.99,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1250.5,"difference":149.5,"rate":249.9666,"rate_error":0.8388,"unit":"sq ft","amount":37370.0,"standard_error":125.4,"source":"rates"}],"net":37371.37,"gross":37371.37,"net_percent":8.8,"gross_percent":8.8,"adjusted_price":459873.87,"standard_error":44145.95,"weight":0.044591393,"pinned":false,"warnings":[]},{"rank":11,"sale_id":"sale_8","address":null,"parcel":"p7","latitude":43.25,"longitude":-79.8686,"living_sqft":1270.5,"price":427503.5,"close_date":"2026-08-15","priced_on":"2026-08-15","days":78,"distance_km":0.113,"similarity":0.6947,"adjustments":[{"name":"time","label":"time, 2026-08-15 to 2026-11-01","subject":null,"sale":null,"difference":2.56,"rate":0.3,"rate_error":3779.73,"unit":"month","amount":0.77,"standard_error":9686.24,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1270.5,"difference":129.5,"rate":249.452,"rate_error":0.8322,"unit":"sq ft","amount":32304.03,"standard_error":107.77,"source":"rates"}],"net":32304.8,"gross":32304.8,"net_percent":7.6,"gross_percent":7.6,"adjusted_price":459808.3,"standard_error":42117.11,"weight":0.040869831,"pinned":false,"warnings":[]},{"rank":12,"sale_id":"sale_25","address":null,"parcel":"p24","latitude":43.25,"longitude":-79.8652,"living_sqft":1440.5,"price":470012.0,"close_date":"2026-07-15","priced_on":"2026-07-15","days":109,"distance_km":0.389,"similarity":0.8985,"adjustments":[{"name":"time","label":"time, 2026-07-15 to 2026-11-01","subject":null,"sale":null,"difference":3.58,"rate":0.39,"rate_error":3544.42,"unit":"month","amount":1.41,"standard_error":12693.2,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1440.5,"difference":-40.5,"rate":245.7477,"rate_error":0.7822,"unit":"sq ft","amount":-9952.78,"standard_error":31.68,"source":"rates"}],"net":-9951.37,"gross":9954.19,"net_percent":-2.1,"gross_percent":2.1,"adjusted_price":460060.63,"standard_error":41916.12,"weight":0.040644038,"pinned":false,"warnings":[]},{"rank":13,"sale_id":"sale_9","address":null,"parcel":"p8","latitude":43.25,"longitude":-79.86840000000001,"living_sqft":1280.5,"price":430004.0,"close_date":"2026-09-15","priced_on":"2026-09-15","days":47,"distance_km":0.13,"similarity":0.7155,"adjustments":[{"name":"time","label":"time, 2026-09-15 to 2026-11-01","subject":null,"sale":null,"difference":1.54,"rate":0.08,"rate_error":4246.39,"unit":"month","amount":0.13,"standard_error":6557.19,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1280.5,"difference":119.5,"rate":249.2016,"rate_error":0.829,"unit":"sq ft","amount":29779.59,"standard_error":99.06,"source":"rates"}],"net":29779.72,"gross":29779.72,"net_percent":6.9,"gross_percent":6.9,"adjusted_price":459783.72,"standard_error":41326.25,"weight":0.03973703,"pinned":false,"warnings":[]},{"rank":14,"sale_id":"sale_16","address":null,"parcel":"p15","latitude":43.25,"longitude":-79.867,"living_sqft":1350.5,"price":447507.5,"close_date":"2026-07-15","priced_on":"2026-07-15","days":109,"distance_km":0.243,"similarity":0.8736,"adjustments":[{"name":"time","label":"time, 2026-07-15 to 2026-11-01","subject":null,"sale":null,"difference":3.58,"rate":0.39,"rate_error":3542.13,"unit":"month","amount":1.38,"standard_error":12685.0,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1350.5,"difference":49.5,"rate":247.5713,"rate_error":0.8073,"unit":"sq ft","amount":12254.78,"standard_error":39.96,"source":"rates"}],"net":12256.16,"gross":12256.16,"net_percent":2.7,"gross_percent":2.7,"adjusted_price":459763.66,"standard_error":41274.03,"weight":0.039415272,"pinned":false,"warnings":[]},{"rank":15,"sale_id":"sale_19","address":null,"parcel":"p18","latitude":43.25,"longitude":-79.8664,"living_sqft":1380.5,"price":455009.0,"close_date":"2026-01-15","priced_on":"2026-01-15","days":290,"distance_km":0.292,"similarity":0.9487,"adjustments":[{"name":"time","label":"time, 2026-01-15 to 2026-11-01","subject":null,"sale":null,"difference":9.53,"rate":-0.19,"rate_error":2978.11,"unit":"month","amount":-1.77,"standard_error":28375.19,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1380.5,"difference":19.5,"rate":246.9313,"rate_error":0.7985,"unit":"sq ft","amount":4815.16,"standard_error":15.57,"source":"rates"}],"net":4813.39,"gross":4816.93,"net_percent":1.1,"gross_percent":1.1,"adjusted_price":459822.39,"standard_error":47817.15,"weight":0.037493822,"pinned":false,"warnings":[]},{"rank":16,"sale_id":"sale_26","address":null,"parcel":"p25","latitude":43.25,"longitude":-79.86500000000001,"living_sqft":1450.5,"price":472512.5,"close_date":"2026-08-15","priced_on":"2026-08-15","days":78,"distance_km":0.405,"similarity":0.8755,"adjustments":[{"name":"time","label":"time, 2026-08-15 to 2026-11-01","subject":null,"sale":null,"difference":2.56,"rate":0.32,"rate_error":3782.23,"unit":"month","amount":0.81,"standard_error":9692.65,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1450.5,"difference":-50.5,"rate":245.5616,"rate_error":0.7796,"unit":"sq ft","amount":-12400.86,"standard_error":39.37,"source":"rates"}],"net":-12400.05,"gross":12401.67,"net_percent":-2.6,"gross_percent":2.6,"adjusted_price":460112.45,"standard_error":41542.67,"weight":0.035941726,"pinned":false,"warnings":[]},{"rank":17,"sale_id":"sale_27","address":null,"parcel":"p26","latitude":43.25,"longitude":-79.8648,"living_sqft":1460.5,"price":475013.0,"close_date":"2026-09-15","priced_on":"2026-09-15","days":47,"distance_km":0.421,"similarity":0.8532,"adjustments":[{"name":"time","label":"time, 2026-09-15 to 2026-11-01","subject":null,"sale":null,"difference":1.54,"rate":0.09,"rate_error":4249.94,"unit":"month","amount":0.14,"standard_error":6562.67,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1460.5,"difference":-60.5,"rate":245.3783,"rate_error":0.777,"unit":"sq ft","amount":-14845.39,"standard_error":47.01,"source":"rates"}],"net":-14845.25,"gross":14845.53,"net_percent":-3.1,"gross_percent":3.1,"adjusted_price":460167.75,"standard_error":41350.74,"weight":0.03196601,"pinned":false,"warnings":[]},{"rank":18,"sale_id":"sale_15","address":null,"parcel":"p14","latitude":43.25,"longitude":-79.86720000000001,"living_sqft":1340.5,"price":445007.0,"close_date":"2026-06-15","priced_on":"2026-06-15","days":139,"distance_km":0.227,"similarity":0.8496,"adjustments":[{"name":"time","label":"time, 2026-06-15 to 2026-11-01","subject":null,"sale":null,"difference":4.57,"rate":0.31,"rate_error":3392.7,"unit":"month","amount":1.4,"standard_error":15493.88,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1340.5,"difference":59.5,"rate":247.7921,"rate_error":0.8103,"unit":"sq ft","amount":14743.63,"standard_error":48.21,"source":"rates"}],"net":14745.03,"gross":14745.03,"net_percent":3.3,"gross_percent":3.3,"adjusted_price":459752.03,"standard_error":42449.01,"weight":0.031625318,"pinned":false,"warnings":[]},{"rank":19,"sale_id":"sale_14","address":null,"parcel":"p13","latitude":43.25,"longitude":-79.8674,"living_sqft":1330.5,"price":442506.5,"close_date":"2026-05-15","priced_on":"2026-05-15","days":170,"distance_km":0.211,"similarity":0.8261,"adjustments":[{"name":"time","label":"time, 2026-05-15 to 2026-11-01","subject":null,"sale":null,"difference":5.59,"rate":0.09,"rate_error":3272.57,"unit":"month","amount":0.49,"standard_error":18278.4,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1330.5,"difference":69.5,"rate":248.0164,"rate_error":0.8132,"unit":"sq ft","amount":17237.14,"standard_error":56.52,"source":"rates"}],"net":17237.63,"gross":17237.63,"net_percent":3.9,"gross_percent":3.9,"adjusted_price":459744.13,"standard_error":43755.9,"weight":0.026134281,"pinned":false,"warnings":[]},{"rank":20,"sale_id":"sale_13","address":null,"parcel":"p12","latitude":43.25,"longitude":-79.86760000000001,"living_sqft":1320.5,"price":440006.0,"close_date":"2026-04-15","priced_on":"2026-04-15","days":200,"distance_km":0.194,"similarity":0.803,"adjustments":[{"name":"time","label":"time, 2026-04-15 to 2026-11-01","subject":null,"sale":null,"difference":6.57,"rate":-0.22,"rate_error":3180.33,"unit":"month","amount":-1.43,"standard_error":20897.89,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1320.5,"difference":79.5,"rate":248.2445,"rate_error":0.8164,"unit":"sq ft","amount":19735.44,"standard_error":64.9,"source":"rates"}],"net":19734.01,"gross":19736.87,"net_percent":4.5,"gross_percent":4.5,"adjusted_price":459740.01,"standard_error":45113.46,"weight":0.022462844,"pinned":false,"warnings":[]},{"rank":21,"sale_id":"sale_12","address":null,"parcel":"p11","latitude":43.25,"longitude":-79.8678,"living_sqft":1310.5,"price":437505.5,"close_date":"2026-03-15","priced_on":"2026-03-15","days":231,"distance_km":0.178,"similarity":0.7804,"adjustments":[{"name":"time","label":"time, 2026-03-15 to 2026-11-01","subject":null,"sale":null,"difference":7.59,"rate":-0.47,"rate_error":3099.46,"unit":"month","amount":-3.56,"standard_error":23523.3,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1310.5,"difference":89.5,"rate":248.4766,"rate_error":0.8194,"unit":"sq ft","amount":22238.66,"standard_error":73.34,"source":"rates"}],"net":22235.1,"gross":22242.22,"net_percent":5.1,"gross_percent":5.1,"adjusted_price":459740.6,"standard_error":46575.58,"weight":0.019976887,"pinned":false,"warnings":[]},{"rank":22,"sale_id":"sale_11","address":null,"parcel":"p10","latitude":43.25,"longitude":-79.86800000000001,"living_sqft":1300.5,"price":435005.0,"close_date":"2026-02-15","priced_on":"2026-02-15","days":259,"distance_km":0.162,"similarity":0.7583,"adjustments":[{"name":"time","label":"time, 2026-02-15 to 2026-11-01","subject":null,"sale":null,"difference":8.51,"rate":-0.42,"rate_error":3040.46,"unit":"month","amount":-3.54,"standard_error":25872.53,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1300.5,"difference":99.5,"rate":248.7137,"rate_error":0.8225,"unit":"sq ft","amount":24747.01,"standard_error":81.84,"source":"rates"}],"net":24743.47,"gross":24750.55,"net_percent":5.7,"gross_percent":5.7,"adjusted_price":459748.47,"standard_error":47981.24,"weight":0.018561778,"pinned":false,"warnings":[]},{"rank":23,"sale_id":"sale_29","address":null,"parcel":"p28","latitude":43.25,"longitude":-79.8644,"living_sqft":1480.5,"price":480014.0,"close_date":"2026-02-15","priced_on":"2026-02-15","days":259,"distance_km":0.454,"similarity":0.8108,"adjustments":[{"name":"time","label":"time, 2026-02-15 to 2026-11-01","subject":null,"sale":null,"difference":8.51,"rate":-0.44,"rate_error":3044.02,"unit":"month","amount":-3.72,"standard_error":25902.79,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1480.5,"difference":-80.5,"rate":245.0205,"rate_error":0.7719,"unit":"sq ft","amount":-19724.15,"standard_error":62.14,"source":"rates"}],"net":-19727.87,"gross":19727.87,"net_percent":-4.1,"gross_percent":4.1,"adjusted_price":460286.13,"standard_error":49038.24,"weight":0.011694432,"pinned":false,"warnings":[]},{"rank":24,"sale_id":"sale_30","address":null,"parcel":"p29","latitude":43.25,"longitude":-79.86420000000001,"living_sqft":1490.5,"price":482514.5,"close_date":"2026-03-15","priced_on":"2026-03-15","days":231,"distance_km":0.47,"similarity":0.7905,"adjustments":[{"name":"time","label":"time, 2026-03-15 to 2026-11-01","subject":null,"sale":null,"difference":7.59,"rate":-0.49,"rate_error":3103.59,"unit":"month","amount":-3.75,"standard_error":23554.6,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1490.5,"difference":-90.5,"rate":244.8464,"rate_error":0.7694,"unit":"sq ft","amount":-22158.6,"standard_error":69.63,"source":"rates"}],"net":-22162.35,"gross":22162.35,"net_percent":-4.6,"gross_percent":4.6,"adjusted_price":460352.15,"standard_error":48173.87,"weight":0.010749491,"pinned":false,"warnings":[]},{"rank":25,"sale_id":"sale_36","address":null,"parcel":"p35","latitude":43.25,"longitude":-79.863,"living_sqft":1550.5,"price":497517.5,"close_date":"2026-09-15","priced_on":"2026-09-15","days":47,"distance_km":0.567,"similarity":0.6817,"adjustments":[{"name":"time","label":"time, 2026-09-15 to 2026-11-01","subject":null,"sale":null,"difference":1.54,"rate":0.09,"rate_error":4255.93,"unit":"month","amount":0.14,"standard_error":6571.92,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1550.5,"difference":-150.5,"rate":243.8599,"rate_error":0.7549,"unit":"sq ft","amount":-36700.92,"standard_error":113.61,"source":"rates"}],"net":-36700.78,"gross":36701.06,"net_percent":-7.4,"gross_percent":7.4,"adjusted_price":460816.72,"standard_error":44546.2,"weight":0.010545322,"pinned":false,"warnings":[]},{"rank":26,"sale_id":"sale_31","address":null,"parcel":"p30","latitude":43.25,"longitude":-79.864,"living_sqft":1500.5,"price":485015.0,"close_date":"2026-04-15","priced_on":"2026-04-15","days":200,"distance_km":0.486,"similarity":0.7709,"adjustments":[{"name":"time","label":"time, 2026-04-15 to 2026-11-01","subject":null,"sale":null,"difference":6.57,"rate":-0.23,"rate_error":3185.06,"unit":"month","amount":-1.5,"standard_error":20928.96,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1500.5,"difference":-100.5,"rate":244.6757,"rate_error":0.7669,"unit":"sq ft","amount":-24589.91,"standard_error":77.07,"source":"rates"}],"net":-24591.41,"gross":24591.41,"net_percent":-5.1,"gross_percent":5.1,"adjusted_price":460423.59,"standard_error":47277.57,"weight":0.010057542,"pinned":false,"warnings":[]},{"rank":27,"sale_id":"sale_35","address":null,"parcel":"p34","latitude":43.25,"longitude":-79.8632,"living_sqft":1540.5,"price":495017.0,"close_date":"2026-08-15","priced_on":"2026-08-15","days":78,"distance_km":0.551,"similarity":0.6985,"adjustments":[{"name":"time","label":"time, 2026-08-15 to 2026-11-01","subject":null,"sale":null,"difference":2.56,"rate":0.32,"rate_error":3787.33,"unit":"month","amount":0.83,"standard_error":9705.73,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1540.5,"difference":-140.5,"rate":244.0181,"rate_error":0.7573,"unit":"sq ft","amount":-34284.55,"standard_error":106.4,"source":"rates"}],"net":-34283.72,"gross":34285.38,"net_percent":-6.9,"gross_percent":6.9,"adjusted_price":460733.28,"standard_error":44811.77,"weight":0.009681083,"pinned":false,"warnings":[]},{"rank":28,"sale_id":"sale_32","address":null,"parcel":"p31","latitude":43.25,"longitude":-79.8638,"living_sqft":1510.5,"price":487515.5,"close_date":"2026-05-15","priced_on":"2026-05-15","days":170,"distance_km":0.502,"similarity":0.752,"adjustments":[{"name":"time","label":"time, 2026-05-15 to 2026-11-01","subject":null,"sale":null,"difference":5.59,"rate":0.09,"rate_error":3277.94,"unit":"month","amount":0.51,"standard_error":18308.37,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1510.5,"difference":-110.5,"rate":244.5077,"rate_error":0.7644,"unit":"sq ft","amount":-27018.1,"standard_error":84.47,"source":"rates"}],"net":-27017.59,"gross":27018.61,"net_percent":-5.5,"gross_percent":5.5,"adjusted_price":460497.91,"standard_error":46505.23,"weight":0.009524571,"pinned":false,"warnings":[]},{"rank":29,"sale_id":"sale_34","address":null,"parcel":"p33","latitude":43.25,"longitude":-79.8634,"living_sqft":1530.5,"price":492516.5,"close_date":"2026-07-15","priced_on":"2026-07-15","days":109,"distance_km":0.535,"similarity":0.7157,"adjustments":[{"name":"time","label":"time, 2026-07-15 to 2026-11-01","subject":null,"sale":null,"difference":3.58,"rate":0.4,"rate_error":3548.98,"unit":"month","amount":1.45,"standard_error":12709.53,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1530.5,"difference":-130.5,"rate":244.1789,"rate_error":0.7596,"unit":"sq ft","amount":-31865.35,"standard_error":99.13,"source":"rates"}],"net":-31863.9,"gross":31866.8,"net_percent":-6.5,"gross_percent":6.5,"adjusted_price":460652.6,"standard_error":45248.36,"weight":0.009269525,"pinned":false,"warnings":[]},{"rank":30,"sale_id":"sale_33","address":null,"parcel":"p32","latitude":43.25,"longitude":-79.8636,"living_sqft":1520.5,"price":490016.0,"close_date":"2026-06-15","priced_on":"2026-06-15","days":139,"distance_km":0.518,"similarity":0.7336,"adjustments":[{"name":"time","label":"time, 2026-06-15 to 2026-11-01","subject":null,"sale":null,"difference":4.57,"rate":0.32,"rate_error":3398.77,"unit":"month","amount":1.47,"standard_error":15521.59,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1520.5,"difference":-120.5,"rate":244.3421,"rate_error":0.7621,"unit":"sq ft","amount":-29443.22,"standard_error":91.83,"source":"rates"}],"net":-29441.75,"gross":29444.69,"net_percent":-6.0,"gross_percent":6.0,"adjusted_price":460574.25,"standard_error":45804.24,"weight":0.009258747,"pinned":false,"warnings":[]}]},"message":{"before":"no sales are loaded, so there is nothing to compare this property with: `valhalla market import-sales` loads some from a file, `valhalla market sync` from an MLS","after":"30 comparable sales; 37 sales closed within 365 days, within 0.8 km, with a living area within 20 %"},"currency":{"before":null,"after":"CAD"},"value":{"before":null,"after":{"value":459938.02,"low":418987.05,"high":504891.45,"standard_error":33467.25,"comps":30}},"search":{"before":[],"after":[{"widened":null,"max_days":183,"radius_km":0.8,"max_size_difference":0.2,"found":19,"sentence":"19 sales closed within 183 days, within 0.8 km, with a living area within 20 %"},{"widened":"time","max_days":365,"radius_km":0.8,"max_size_difference":0.2,"found":37,"sentence":"37 sales closed within 365 days, within 0.8 km, with a living area within 20 %"}]},"rates":{"before":[],"after":[{"name":"living_sqft","unit":"sq ft","percent":0.0534,"standard_error":0.0002,"sales":38,"source":"regression on 38 sales in this market that closed before 2026-11-01, each compared with its 12 nearest neighbors"},{"name":"lot_sqft","unit":"sq ft","percent":null,"standard_error":null,"sales":0,"source":"no rate: unknown for all sales, among 38 sales in this market that closed before 2026-11-01"},{"name":"beds","unit":"bedroom","percent":null,"standard_error":null,"sales":0,"source":"no rate: the same in all sales, among 38 sales in this market that closed before 2026-11-01"},{"name":"baths","unit":"bathroom","percent":null,"standard_error":null,"sales":0,"source":"no rate: unknown for all sales, among 38 sales in this market that closed before 2026-11-01"},{"name":"age","unit":"year","percent":null,"standard_error":null,"sales":0,"source":"no rate: the same in all sales, among 38 sales in this market that closed before 2026-11-01"},{"name":"grade","unit":"step","percent":null,"standard_error":null,"sales":0,"source":"no rate: unknown for all sales, among 38 sales in this market that closed before 2026-11-01"},{"name":"condition","unit":"step","percent":null,"standard_error":null,"sales":0,"source":"no rate: unknown for all sales, among 38 sales in this market that closed before 2026-11-01"},{"name":"renovated","unit":"new renovation","percent":null,"standard_error":null,"sales":0,"source":"no rate: the same in all sales, among 38 sales in this market that closed before 2026-11-01"},{"name":"basement_sqft","unit":"sq ft","percent":null,"standard_error":null,"sales":0,"source":"no rate: unknown for all sales, among 38 sales in this market that closed before 2026-11-01"},{"name":"floors","unit":"floor","percent":null,"standard_error":null,"sales":0,"source":"no rate: unknown for all sales, among 38 sales in this market that closed before 2026-11-01"},{"name":"view","unit":"step","percent":null,"standard_error":null,"sales":0,"source":"no rate: unknown for all sales, among 38 sales in this market that closed before 2026-11-01"},{"name":"waterfront","unit":"step","percent":null,"standard_error":null,"sales":0,"source":"no rate: unknown for all sales, among 38 sales in this market that closed before 2026-11-01"}]},"index_source":{"before":null,"after":"38 sales of this market agreed 2026-01-15 to 2026-09-15"},"subject":{"before":{},"after":{"latitude":43.25,"longitude":-79.87,"living_sqft":1400.0,"beds":3.0}},"placed_by":{"before":null,"after":"coordinates"},"cautions":{"before":[],"after":["not adjusted for bedrooms: the same in all sales, among 38 sales in this market that closed before 2026-11-01"]},"data_revision":{"before":null,"after":3},"data_fingerprint":{"before":null,"after":"898af6d54fe190b65d339f791fdaa2c7e9d2f07703851fa26b026e55359159fe"}}','732037e9bc02d96faeddf9d3fef0bd03f579f9111298e9756b1b8465b5db5931');
INSERT INTO "audit_events" VALUES(43,'ev_01a22d670cd984d5e618d5c3843d9ec7','2026-11-30T17:00:57.943524Z','root','api','valuation.created','valuation','val_01a22d670cd798a92c6755c026cbcb63','done',NULL,'1b21f80ce0dd17c3','{"*":{"id":"val_01a22d670cd798a92c6755c026cbcb63","kind":"as_is","as_of":"2026-11-01","market":"hamilton","to_deal":false,"notes":null,"created_at":"2026-11-30T17:00:57.943524Z","updated_at":"2026-11-30T17:00:57.943524Z","property_id":"pr_01a22d6709ea2138d551e62e4ab3560d","currency":"CAD","value":459938.02,"intervals":[{"percent":50,"low":415681.05,"high":508906.96},{"percent":80,"low":379501.67,"high":557423.06},{"percent":90,"low":359374.03,"high":588642.94}],"fsd":0.15,"confidence":"medium","typical_value":null,"drivers":[],"opinions":[{"method":"comparable sales","value":459938.02,"weight":1.0}],"comps":[{"sale_id":"sale_21","close_date":"2026-03-15","price":460010.0,"distance_km":0.324,"adjusted_price":459883.08,"weight":0.065971078},{"sale_id":"sale_18","close_date":"2026-09-15","price":452508.5,"distance_km":0.275,"adjusted_price":459799.29,"weight":0.065521425},{"sale_id":"sale_22","close_date":"2026-04-15","price":462510.5,"distance_km":0.34,"adjusted_price":459922.63,"weight":0.058852598},{"sale_id":"sale_3","close_date":"2026-03-15","price":415001.0,"distance_km":0.032,"adjusted_price":460011.37,"weight":0.053124463},{"sale_id":"sale_23","close_date":"2026-05-15","price":465011.0,"distance_km":0.356,"adjusted_price":459965.86,"weight":0.052116772},{"sale_id":"sale_20","close_date":"2026-02-15","price":457509.5,"distance_km":0.308,"adjusted_price":459849.75,"weight":0.050533241},{"sale_id":"sale_17","close_date":"2026-08-15","price":450008.0,"distance_km":0.259,"adjusted_price":459779.29,"weight":0.050472631},{"sale_id":"sale_5","close_date":"2026-05-15","price":420002.0,"distance_km":0.065,"adjusted_price":459914.27,"weight":0.047078215},{"sale_id":"sale_24","close_date":"2026-06-15","price":467511.5,"distance_km":0.373,"adjusted_price":460011.87,"weight":0.046128635},{"sale_id":"sale_6","close_date":"2026-06-15","price":422502.5,"distance_km":0.081,"adjusted_price":459873.87,"weight":0.044591393},{"sale_id":"sale_8","close_date":"2026-08-15","price":427503.5,"distance_km":0.113,"adjusted_price":459808.3,"weight":0.040869831},{"sale_id":"sale_25","close_date":"2026-07-15","price":470012.0,"distance_km":0.389,"adjusted_price":460060.63,"weight":0.040644038},{"sale_id":"sale_9","close_date":"2026-09-15","price":430004.0,"distance_km":0.13,"adjusted_price":459783.72,"weight":0.03973703},{"sale_id":"sale_16","close_date":"2026-07-15","price":447507.5,"distance_km":0.243,"adjusted_price":459763.66,"weight":0.039415272},{"sale_id":"sale_19","close_date":"2026-01-15","price":455009.0,"distance_km":0.292,"adjusted_price":459822.39,"weight":0.037493822},{"sale_id":"sale_26","close_date":"2026-08-15","price":472512.5,"distance_km":0.405,"adjusted_price":460112.45,"weight":0.035941726},{"sale_id":"sale_27","close_date":"2026-09-15","price":475013.0,"distance_km":0.421,"adjusted_price":460167.75,"weight":0.03196601},{"sale_id":"sale_15","close_date":"2026-06-15","price":445007.0,"distance_km":0.227,"adjusted_price":459752.03,"weight":0.031625318},{"sale_id":"sale_14","close_date":"2026-05-15","price":442506.5,"distance_km":0.211,"adjusted_price":459744.13,"weight":0.026134281},{"sale_id":"sale_13","close_date":"2026-04-15","price":440006.0,"distance_km":0.194,"adjusted_price":459740.01,"weight":0.022462844},{"sale_id":"sale_12","close_date":"2026-03-15","price":437505.5,"distance_km":0.178,"adjusted_price":459740.6,"weight":0.019976887},{"sale_id":"sale_11","close_date":"2026-02-15","price":435005.0,"distance_km":0.162,"adjusted_price":459748.47,"weight":0.018561778},{"sale_id":"sale_29","close_date":"2026-02-15","price":480014.0,"distance_km":0.454,"adjusted_price":460286.13,"weight":0.011694432},{"sale_id":"sale_30","close_date":"2026-03-15","price":482514.5,"distance_km":0.47,"adjusted_price":460352.15,"weight":0.010749491},{"sale_id":"sale_36","close_date":"2026-09-15","price":497517.5,"distance_km":0.567,"adjusted_price":460816.72,"weight":0.010545322},{"sale_id":"sale_31","close_date":"2026-04-15","price":485015.0,"distance_km":0.486,"adjusted_price":460423.59,"weight":0.010057542},{"sale_id":"sale_35","close_date":"2026-08-15","price":495017.0,"distance_km":0.551,"adjusted_price":460733.28,"weight":0.009681083},{"sale_id":"sale_32","close_date":"2026-05-15","price":487515.5,"distance_km":0.502,"adjusted_price":460497.91,"weight":0.009524571},{"sale_id":"sale_34","close_date":"2026-07-15","price":492516.5,"distance_km":0.535,"adjusted_price":460652.6,"weight":0.009269525},{"sale_id":"sale_33","close_date":"2026-06-15","price":490016.0,"distance_km":0.518,"adjusted_price":460574.25,"weight":0.009258747}],"search":[{"widened":null,"max_days":183,"radius_km":0.8,"max_size_difference":0.2,"found":19,"sentence":"19 sales closed within 183 days, within 0.8 km, with a living area within 20 %"},{"widened":"time","max_days":365,"radius_km":0.8,"max_size_difference":0.2,"found":37,"sentence":"37 sales closed within 365 days, within 0.8 km, with a living area within 20 %"}],"appraisals":[{"appraisal_id":"apr_01a22d670a0f27bc286343e4a90af6d2","value":540000.0,"date":"2026-01-31","who":null,"difference_percent":-14.8}],"assumptions":[],"cautions":["no model for this market: the value is from comparable sales alone, and its interval is not calibrated","not adjusted for bedrooms: the same in all sales, among 38 sales in this market that closed before 2026-11-01","excluded manually: sale_7"],"subject":{"latitude":43.25,"longitude":-79.87,"living_sqft":1400.0,"beds":3.0},"placed_by":"coordinates","model_id":null,"model_version":null,"program":"0.8.0","trained_until":null,"data_revision":3,"data_fingerprint":"898af6d54fe190b65d339f791fdaa2c7e9d2f07703851fa26b026e55359159fe","deal_id":null}}','6a531a9229ffc91ec0868a262fb83b33b0c5044b0c3673bc41a7b5dbeea43588');
INSERT INTO "audit_events" VALUES(44,'ev_01a22d670d025c6adf0c69adb55b160b','2026-11-30T17:00:57.985836Z','dana','cli','token.created','token','office-toronto','done',NULL,NULL,'{"role": {"before": null, "after": "operator"}, "expires_at": {"before": null, "after": "2027-11-30T17:00:57.985836Z"}}','96a16decb2b9c0affd958f33efd58579590357cf9913fbc56d2542bbf051afea');
INSERT INTO "audit_events" VALUES(45,'ev_01a22d670d0c7ac97ef67007a55e9e2b','2026-11-30T17:00:57.996449Z','dana','cli','token.created','token','gone','done',NULL,NULL,'{"role": {"before": null, "after": "viewer"}, "expires_at": {"before": null, "after": "2027-11-30T17:00:57.996449Z"}}','f83370ca92985bf8e6811b6028815c38fb32a722e21a4faadfe5c0bce441480b');
INSERT INTO "audit_events" VALUES(46,'ev_01a22d670d0d60483f44db1824e9a989','2026-11-30T17:00:57.997262Z','dana','cli','token.revoked','token','gone','done',NULL,NULL,'{"revoked_at": {"before": null, "after": "2026-11-30T17:00:57.997262Z"}}','e7eb1bd22c9ca84c8ece0385fb56410266edd0481c6b27999af0735e9b0abd27');
INSERT INTO "audit_events" VALUES(47,'ev_01a22d670d0f086da15dc31efdd02980','2026-11-30T17:00:57.998906Z','dana','cli','person.invited','person','per_01a22d670d0e203518e68188bcc34da9','done',NULL,NULL,'{"email": {"before": null, "after": "ana@example.com"}, "name": {"before": null, "after": "ana"}, "role": {"before": null, "after": "operator"}}','0c02a444b43f330c1c200e48867f1520f35bfc6bb257e3e04b95eb9af764b730');
INSERT INTO "audit_events" VALUES(48,'ev_01a22d670d0f187a0b35d4d12827d016','2026-11-30T17:00:57.998906Z','dana','cli','person.invitation_created','person','per_01a22d670d0e203518e68188bcc34da9','done',NULL,NULL,'{"expires_at": {"before": null, "after": "2026-12-03T17:00:57.998906Z"}}','1d24c369dfda4206a39dd5f09eec7bd16aaa3c818e324cb69d1a0dcd77fc82a8');
INSERT INTO "audit_events" VALUES(49,'ev_01a22d670d136d560ec074be42ae86cc','2026-11-30T17:00:58.002848Z','dana','cli','person.joined','person','per_01a22d670d0e203518e68188bcc34da9','done',NULL,NULL,'{"email": {"before": null, "after": "ana@example.com"}, "name": {"before": null, "after": "Ana"}}','3fcfca9d35268edb584fd57c550e62487684de2733c13869000506fd442535e3');
INSERT INTO "audit_events" VALUES(50,'ev_01a22d670d140617115c02ab925efc9c','2026-11-30T17:00:58.003972Z','dana','cli','person.disabled','person','per_01a22d670d0e203518e68188bcc34da9','done',NULL,NULL,'{"status": {"before": null, "after": "disabled"}, "email": {"before": null, "after": "ana@example.com"}}','583c089bcf07f5a76ff1ba11920f5cac4d81cab45d4ad58215798d18771d2bb4');
INSERT INTO "audit_events" VALUES(51,'ev_01a22d670d159144ff919988256836ce','2026-11-30T17:00:58.005017Z','dana','cli','person.invited','person','per_01a22d670d151e89b9300aa3bada0be5','done',NULL,NULL,'{"email": {"before": null, "after": "dana@example.com"}, "name": {"before": null, "after": "dana"}, "role": {"before": null, "after": "viewer"}}','a0082a7c05b6942c03714bfba370ec8920989567e36291a02bb7b58bfbd8b5f4');
INSERT INTO "audit_events" VALUES(52,'ev_01a22d670d15ecb36745514f088d04f8','2026-11-30T17:00:58.005017Z','dana','cli','person.invitation_created','person','per_01a22d670d151e89b9300aa3bada0be5','done',NULL,NULL,'{"expires_at": {"before": null, "after": "2026-12-03T17:00:58.005017Z"}}','d9ac3d95095ede6a2de41bc21ad21a86215895fa28c0284457ab37e65a61c0ea');
CREATE TABLE commitments (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	doc TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
INSERT INTO "commitments" VALUES(1,'cmt_01a22d670a2a71c55e0c655414f73143','{"id":"cmt_01a22d670a2a71c55e0c655414f73143","created_at":"2026-11-30T17:00:57.258825Z","updated_at":"2026-11-30T17:00:57.258825Z","agreement_id":"agr_01a22d670a24926eed2d3601e0587f83","currency":"CAD","effective_on":"2025-11-30","posted_on":"2026-11-30","note":null,"source_key":"key-2","entry_id":"en_01a22d670a2af032c56de6f707c1f8ed","partner_id":"p_01a22d670a12bb0d487431adcc5d591a","amount":200000}');
CREATE TABLE comps (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	doc TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
INSERT INTO "comps" VALUES(1,'pr_01a22d6709ea2138d551e62e4ab3560d','{"property_id":"pr_01a22d6709ea2138d551e62e4ab3560d","radius_km":2,"beds":null,"baths":null,"notes":"30 comparable sales; 37 sales closed within 365 days, within 0.8 km, with a living area within 20 %","as_of":"2026-11-01","max_days":null,"market":"hamilton","pinned":[],"excluded":["sale_7"],"created_at":"2026-11-30T17:00:57.205702Z","updated_at":"2026-11-30T17:00:57.912973Z","ok":true,"comps":[{"rank":1,"sale_id":"sale_21","address":null,"parcel":"p20","latitude":43.25,"longitude":-79.866,"living_sqft":1400.5,"price":460010.0,"close_date":"2026-03-15","priced_on":"2026-03-15","days":231,"distance_km":0.324,"similarity":0.9987,"adjustments":[{"name":"time","label":"time, 2026-03-15 to 2026-11-01","subject":null,"sale":null,"difference":7.59,"rate":-0.48,"rate_error":3100.42,"unit":"month","amount":-3.66,"standard_error":23530.59,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1400.5,"difference":-0.5,"rate":246.52,"rate_error":0.8,"unit":"sq ft","amount":-123.26,"standard_error":0.4,"source":"rates"}],"net":-126.92,"gross":126.92,"net_percent":-0.0,"gross_percent":0.0,"adjusted_price":459883.08,"standard_error":44657.26,"weight":0.065971078,"pinned":false,"warnings":[]},{"rank":2,"sale_id":"sale_18","address":null,"parcel":"p17","latitude":43.25,"longitude":-79.8666,"living_sqft":1370.5,"price":452508.5,"close_date":"2026-09-15","priced_on":"2026-09-15","days":47,"distance_km":0.275,"similarity":0.9232,"adjustments":[{"name":"time","label":"time, 2026-09-15 to 2026-11-01","subject":null,"sale":null,"difference":1.54,"rate":0.08,"rate_error":4246.53,"unit":"month","amount":0.13,"standard_error":6557.41,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1370.5,"difference":29.5,"rate":247.141,"rate_error":0.8014,"unit":"sq ft","amount":7290.66,"standard_error":23.64,"source":"rates"}],"net":7290.79,"gross":7290.79,"net_percent":1.6,"gross_percent":1.6,"adjusted_price":459799.29,"standard_error":39311.3,"weight":0.065521425,"pinned":false,"warnings":[]},{"rank":3,"sale_id":"sale_22","address":null,"parcel":"p21","latitude":43.25,"longitude":-79.86580000000001,"living_sqft":1410.5,"price":462510.5,"close_date":"2026-04-15","priced_on":"2026-04-15","days":200,"distance_km":0.34,"similarity":0.9724,"adjustments":[{"name":"time","label":"time, 2026-04-15 to 2026-11-01","subject":null,"sale":null,"difference":6.57,"rate":-0.22,"rate_error":3181.6,"unit":"month","amount":-1.47,"standard_error":20906.19,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1410.5,"difference":-10.5,"rate":246.3238,"rate_error":0.7905,"unit":"sq ft","amount":-2586.4,"standard_error":8.3,"source":"rates"}],"net":-2587.87,"gross":2587.87,"net_percent":-0.6,"gross_percent":0.6,"adjusted_price":459922.63,"standard_error":43797.78,"weight":0.058852598,"pinned":false,"warnings":[]},{"rank":4,"sale_id":"sale_3","address":null,"parcel":"p2","latitude":43.25,"longitude":-79.8696,"living_sqft":1220.5,"price":415001.0,"close_date":"2026-03-15","priced_on":"2026-03-15","days":231,"distance_km":0.032,"similarity":0.5976,"adjustments":[{"name":"time","label":"time, 2026-03-15 to 2026-11-01","subject":null,"sale":null,"difference":7.59,"rate":-0.46,"rate_error":3101.29,"unit":"month","amount":-3.47,"standard_error":23537.16,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1220.5,"difference":179.5,"rate":250.7735,"rate_error":0.8491,"unit":"sq ft","amount":45013.84,"standard_error":152.41,"source":"rates"}],"net":45010.37,"gross":45017.31,"net_percent":10.8,"gross_percent":10.8,"adjusted_price":460011.37,"standard_error":47973.72,"weight":0.053124463,"pinned":false,"warnings":[]},{"rank":5,"sale_id":"sale_23","address":null,"parcel":"p22","latitude":43.25,"longitude":-79.8656,"living_sqft":1420.5,"price":465011.0,"close_date":"2026-05-15","priced_on":"2026-05-15","days":170,"distance_km":0.356,"similarity":0.9469,"adjustments":[{"name":"time","label":"time, 2026-05-15 to 2026-11-01","subject":null,"sale":null,"difference":5.59,"rate":0.09,"rate_error":3274.15,"unit":"month","amount":0.5,"standard_error":18287.21,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1420.5,"difference":-20.5,"rate":246.1288,"rate_error":0.7878,"unit":"sq ft","amount":-5045.64,"standard_error":16.15,"source":"rates"}],"net":-5045.14,"gross":5046.14,"net_percent":-1.1,"gross_percent":1.1,"adjusted_price":459965.86,"standard_error":43069.46,"weight":0.052116772,"pinned":false,"warnings":[]},{"rank":6,"sale_id":"sale_20","address":null,"parcel":"p19","latitude":43.25,"longitude":-79.8662,"living_sqft":1390.5,"price":457509.5,"close_date":"2026-02-15","priced_on":"2026-02-15","days":259,"distance_km":0.308,"similarity":0.9748,"adjustments":[{"name":"time","label":"time, 2026-02-15 to 2026-11-01","subject":null,"sale":null,"difference":8.51,"rate":-0.43,"rate_error":3041.13,"unit":"month","amount":-3.63,"standard_error":25878.23,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1390.5,"difference":9.5,"rate":246.7242,"rate_error":0.7958,"unit":"sq ft","amount":2343.88,"standard_error":7.56,"source":"rates"}],"net":2340.25,"gross":2347.51,"net_percent":0.5,"gross_percent":0.5,"adjusted_price":459849.75,"standard_error":46144.85,"weight":0.050533241,"pinned":false,"warnings":[]},{"rank":7,"sale_id":"sale_17","address":null,"parcel":"p16","latitude":43.25,"longitude":-79.8668,"living_sqft":1360.5,"price":450008.0,"close_date":"2026-08-15","priced_on":"2026-08-15","days":78,"distance_km":0.259,"similarity":0.8982,"adjustments":[{"name":"time","label":"time, 2026-08-15 to 2026-11-01","subject":null,"sale":null,"difference":2.56,"rate":0.31,"rate_error":3779.49,"unit":"month","amount":0.79,"standard_error":9685.63,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1360.5,"difference":39.5,"rate":247.3544,"rate_error":0.8043,"unit":"sq ft","amount":9770.5,"standard_error":31.77,"source":"rates"}],"net":9771.29,"gross":9771.29,"net_percent":2.2,"gross_percent":2.2,"adjusted_price":459779.29,"standard_error":40207.23,"weight":0.050472631,"pinned":false,"warnings":[]},{"rank":8,"sale_id":"sale_5","address":null,"parcel":"p4","latitude":43.25,"longitude":-79.8692,"living_sqft":1240.5,"price":420002.0,"close_date":"2026-05-15","priced_on":"2026-05-15","days":170,"distance_km":0.065,"similarity":0.6351,"adjustments":[{"name":"time","label":"time, 2026-05-15 to 2026-11-01","subject":null,"sale":null,"difference":5.59,"rate":0.08,"rate_error":3273.78,"unit":"month","amount":0.47,"standard_error":18285.16,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1240.5,"difference":159.5,"rate":250.2307,"rate_error":0.8422,"unit":"sq ft","amount":39911.8,"standard_error":134.33,"source":"rates"}],"net":39912.27,"gross":39912.27,"net_percent":9.5,"gross_percent":9.5,"adjusted_price":459914.27,"standard_error":45348.76,"weight":0.047078215,"pinned":false,"warnings":[]},{"rank":9,"sale_id":"sale_24","address":null,"parcel":"p23","latitude":43.25,"longitude":-79.86540000000001,"living_sqft":1430.5,"price":467511.5,"close_date":"2026-06-15","priced_on":"2026-06-15","days":139,"distance_km":0.373,"similarity":0.9223,"adjustments":[{"name":"time","label":"time, 2026-06-15 to 2026-11-01","subject":null,"sale":null,"difference":4.57,"rate":0.32,"rate_error":3394.62,"unit":"month","amount":1.44,"standard_error":15502.64,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1430.5,"difference":-30.5,"rate":245.9367,"rate_error":0.7849,"unit":"sq ft","amount":-7501.07,"standard_error":23.94,"source":"rates"}],"net":-7499.63,"gross":7502.51,"net_percent":-1.6,"gross_percent":1.6,"adjusted_price":460011.87,"standard_error":42415.74,"weight":0.046128635,"pinned":false,"warnings":[]},{"rank":10,"sale_id":"sale_6","address":null,"parcel":"p5","latitude":43.25,"longitude":-79.869,"living_sqft":1250.5,"price":422502.5,"close_date":"2026-06-15","priced_on":"2026-06-15","days":139,"distance_km":0.081,"similarity":0.6546,"adjustments":[{"name":"time","label":"time, 2026-06-15 to 2026-11-01","subject":null,"sale":null,"difference":4.57,"rate":0.3,"rate_error":3393.6,"unit":"month","amount":1.37,"standard_error":15497.99,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1250.5,"difference":149.5,"rate":249.9666,"rate_error":0.8388,"unit":"sq ft","amount":37370.0,"standard_error":125.4,"source":"rates"}],"net":37371.37,"gross":37371.37,"net_percent":8.8,"gross_percent":8.8,"adjusted_price":459873.87,"standard_error":44145.95,"weight":0.044591393,"pinned":false,"warnings":[]},{"rank":11,"sale_id":"sale_8","address":null,"parcel":"p7","latitude":43.25,"longitude":-79.8686,"living_sqft":1270.5,"price":427503.5,"close_date":"2026-08-15","priced_on":"2026-08-15","days":78,"distance_km":0.113,"similarity":0.6947,"adjustments":[{"name":"time","label":"time, 2026-08-15 to 2026-11-01","subject":null,"sale":null,"difference":2.56,"rate":0.3,"rate_error":3779.73,"unit":"month","amount":0.77,"standard_error":9686.24,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1270.5,"difference":129.5,"rate":249.452,"rate_error":0.8322,"unit":"sq ft","amount":32304.03,"standard_error":107.77,"source":"rates"}],"net":32304.8,"gross":32304.8,"net_percent":7.6,"gross_percent":7.6,"adjusted_price":459808.3,"standard_error":42117.11,"weight":0.040869831,"pinned":false,"warnings":[]},{"rank":12,"sale_id":"sale_25","address":null,"parcel":"p24","latitude":43.25,"longitude":-79.8652,"living_sqft":1440.5,"price":470012.0,"close_date":"2026-07-15","priced_on":"2026-07-15","days":109,"distance_km":0.389,"similarity":0.8985,"adjustments":[{"name":"time","label":"time, 2026-07-15 to 2026-11-01","subject":null,"sale":null,"difference":3.58,"rate":0.39,"rate_error":3544.42,"unit":"month","amount":1.41,"standard_error":12693.2,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1440.5,"difference":-40.5,"rate":245.7477,"rate_error":0.7822,"unit":"sq ft","amount":-9952.78,"standard_error":31.68,"source":"rates"}],"net":-9951.37,"gross":9954.19,"net_percent":-2.1,"gross_percent":2.1,"adjusted_price":460060.63,"standard_error":41916.12,"weight":0.040644038,"pinned":false,"warnings":[]},{"rank":13,"sale_id":"sale_9","address":null,"parcel":"p8","latitude":43.25,"longitude":-79.86840000000001,"living_sqft":1280.5,"price":430004.0,"close_date":"2026-09-15","priced_on":"2026-09-15","days":47,"distance_km":0.13,"similarity":0.7155,"adjustments":[{"name":"time","label":"time, 2026-09-15 to 2026-11-01","subject":null,"sale":null,"difference":1.54,"rate":0.08,"rate_error":4246.39,"unit":"month","amount":0.13,"standard_error":6557.19,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1280.5,"difference":119.5,"rate":249.2016,"rate_error":0.829,"unit":"sq ft","amount":29779.59,"standard_error":99.06,"source":"rates"}],"net":29779.72,"gross":29779.72,"net_percent":6.9,"gross_percent":6.9,"adjusted_price":459783.72,"standard_error":41326.25,"weight":0.03973703,"pinned":false,"warnings":[]},{"rank":14,"sale_id":"sale_16","address":null,"parcel":"p15","latitude":43.25,"longitude":-79.867,"living_sqft":1350.5,"price":447507.5,"close_date":"2026-07-15","priced_on":"2026-07-15","days":109,"distance_km":0.243,"similarity":0.8736,"adjustments":[{"name":"time","label":"time, 2026-07-15 to 2026-11-01","subject":null,"sale":null,"difference":3.58,"rate":0.39,"rate_error":3542.13,"unit":"month","amount":1.38,"standard_error":12685.0,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1350.5,"difference":49.5,"rate":247.5713,"rate_error":0.8073,"unit":"sq ft","amount":12254.78,"standard_error":39.96,"source":"rates"}],"net":12256.16,"gross":12256.16,"net_percent":2.7,"gross_percent":2.7,"adjusted_price":459763.66,"standard_error":41274.03,"weight":0.039415272,"pinned":false,"warnings":[]},{"rank":15,"sale_id":"sale_19","address":null,"parcel":"p18","latitude":43.25,"longitude":-79.8664,"living_sqft":1380.5,"price":455009.0,"close_date":"2026-01-15","priced_on":"2026-01-15","days":290,"distance_km":0.292,"similarity":0.9487,"adjustments":[{"name":"time","label":"time, 2026-01-15 to 2026-11-01","subject":null,"sale":null,"difference":9.53,"rate":-0.19,"rate_error":2978.11,"unit":"month","amount":-1.77,"standard_error":28375.19,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1380.5,"difference":19.5,"rate":246.9313,"rate_error":0.7985,"unit":"sq ft","amount":4815.16,"standard_error":15.57,"source":"rates"}],"net":4813.39,"gross":4816.93,"net_percent":1.1,"gross_percent":1.1,"adjusted_price":459822.39,"standard_error":47817.15,"weight":0.037493822,"pinned":false,"warnings":[]},{"rank":16,"sale_id":"sale_26","address":null,"parcel":"p25","latitude":43.25,"longitude":-79.86500000000001,"living_sqft":1450.5,"price":472512.5,"close_date":"2026-08-15","priced_on":"2026-08-15","days":78,"distance_km":0.405,"similarity":0.8755,"adjustments":[{"name":"time","label":"time, 2026-08-15 to 2026-11-01","subject":null,"sale":null,"difference":2.56,"rate":0.32,"rate_error":3782.23,"unit":"month","amount":0.81,"standard_error":9692.65,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1450.5,"difference":-50.5,"rate":245.5616,"rate_error":0.7796,"unit":"sq ft","amount":-12400.86,"standard_error":39.37,"source":"rates"}],"net":-12400.05,"gross":12401.67,"net_percent":-2.6,"gross_percent":2.6,"adjusted_price":460112.45,"standard_error":41542.67,"weight":0.035941726,"pinned":false,"warnings":[]},{"rank":17,"sale_id":"sale_27","address":null,"parcel":"p26","latitude":43.25,"longitude":-79.8648,"living_sqft":1460.5,"price":475013.0,"close_date":"2026-09-15","priced_on":"2026-09-15","days":47,"distance_km":0.421,"similarity":0.8532,"adjustments":[{"name":"time","label":"time, 2026-09-15 to 2026-11-01","subject":null,"sale":null,"difference":1.54,"rate":0.09,"rate_error":4249.94,"unit":"month","amount":0.14,"standard_error":6562.67,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1460.5,"difference":-60.5,"rate":245.3783,"rate_error":0.777,"unit":"sq ft","amount":-14845.39,"standard_error":47.01,"source":"rates"}],"net":-14845.25,"gross":14845.53,"net_percent":-3.1,"gross_percent":3.1,"adjusted_price":460167.75,"standard_error":41350.74,"weight":0.03196601,"pinned":false,"warnings":[]},{"rank":18,"sale_id":"sale_15","address":null,"parcel":"p14","latitude":43.25,"longitude":-79.86720000000001,"living_sqft":1340.5,"price":445007.0,"close_date":"2026-06-15","priced_on":"2026-06-15","days":139,"distance_km":0.227,"similarity":0.8496,"adjustments":[{"name":"time","label":"time, 2026-06-15 to 2026-11-01","subject":null,"sale":null,"difference":4.57,"rate":0.31,"rate_error":3392.7,"unit":"month","amount":1.4,"standard_error":15493.88,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1340.5,"difference":59.5,"rate":247.7921,"rate_error":0.8103,"unit":"sq ft","amount":14743.63,"standard_error":48.21,"source":"rates"}],"net":14745.03,"gross":14745.03,"net_percent":3.3,"gross_percent":3.3,"adjusted_price":459752.03,"standard_error":42449.01,"weight":0.031625318,"pinned":false,"warnings":[]},{"rank":19,"sale_id":"sale_14","address":null,"parcel":"p13","latitude":43.25,"longitude":-79.8674,"living_sqft":1330.5,"price":442506.5,"close_date":"2026-05-15","priced_on":"2026-05-15","days":170,"distance_km":0.211,"similarity":0.8261,"adjustments":[{"name":"time","label":"time, 2026-05-15 to 2026-11-01","subject":null,"sale":null,"difference":5.59,"rate":0.09,"rate_error":3272.57,"unit":"month","amount":0.49,"standard_error":18278.4,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1330.5,"difference":69.5,"rate":248.0164,"rate_error":0.8132,"unit":"sq ft","amount":17237.14,"standard_error":56.52,"source":"rates"}],"net":17237.63,"gross":17237.63,"net_percent":3.9,"gross_percent":3.9,"adjusted_price":459744.13,"standard_error":43755.9,"weight":0.026134281,"pinned":false,"warnings":[]},{"rank":20,"sale_id":"sale_13","address":null,"parcel":"p12","latitude":43.25,"longitude":-79.86760000000001,"living_sqft":1320.5,"price":440006.0,"close_date":"2026-04-15","priced_on":"2026-04-15","days":200,"distance_km":0.194,"similarity":0.803,"adjustments":[{"name":"time","label":"time, 2026-04-15 to 2026-11-01","subject":null,"sale":null,"difference":6.57,"rate":-0.22,"rate_error":3180.33,"unit":"month","amount":-1.43,"standard_error":20897.89,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1320.5,"difference":79.5,"rate":248.2445,"rate_error":0.8164,"unit":"sq ft","amount":19735.44,"standard_error":64.9,"source":"rates"}],"net":19734.01,"gross":19736.87,"net_percent":4.5,"gross_percent":4.5,"adjusted_price":459740.01,"standard_error":45113.46,"weight":0.022462844,"pinned":false,"warnings":[]},{"rank":21,"sale_id":"sale_12","address":null,"parcel":"p11","latitude":43.25,"longitude":-79.8678,"living_sqft":1310.5,"price":437505.5,"close_date":"2026-03-15","priced_on":"2026-03-15","days":231,"distance_km":0.178,"similarity":0.7804,"adjustments":[{"name":"time","label":"time, 2026-03-15 to 2026-11-01","subject":null,"sale":null,"difference":7.59,"rate":-0.47,"rate_error":3099.46,"unit":"month","amount":-3.56,"standard_error":23523.3,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1310.5,"difference":89.5,"rate":248.4766,"rate_error":0.8194,"unit":"sq ft","amount":22238.66,"standard_error":73.34,"source":"rates"}],"net":22235.1,"gross":22242.22,"net_percent":5.1,"gross_percent":5.1,"adjusted_price":459740.6,"standard_error":46575.58,"weight":0.019976887,"pinned":false,"warnings":[]},{"rank":22,"sale_id":"sale_11","address":null,"parcel":"p10","latitude":43.25,"longitude":-79.86800000000001,"living_sqft":1300.5,"price":435005.0,"close_date":"2026-02-15","priced_on":"2026-02-15","days":259,"distance_km":0.162,"similarity":0.7583,"adjustments":[{"name":"time","label":"time, 2026-02-15 to 2026-11-01","subject":null,"sale":null,"difference":8.51,"rate":-0.42,"rate_error":3040.46,"unit":"month","amount":-3.54,"standard_error":25872.53,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1300.5,"difference":99.5,"rate":248.7137,"rate_error":0.8225,"unit":"sq ft","amount":24747.01,"standard_error":81.84,"source":"rates"}],"net":24743.47,"gross":24750.55,"net_percent":5.7,"gross_percent":5.7,"adjusted_price":459748.47,"standard_error":47981.24,"weight":0.018561778,"pinned":false,"warnings":[]},{"rank":23,"sale_id":"sale_29","address":null,"parcel":"p28","latitude":43.25,"longitude":-79.8644,"living_sqft":1480.5,"price":480014.0,"close_date":"2026-02-15","priced_on":"2026-02-15","days":259,"distance_km":0.454,"similarity":0.8108,"adjustments":[{"name":"time","label":"time, 2026-02-15 to 2026-11-01","subject":null,"sale":null,"difference":8.51,"rate":-0.44,"rate_error":3044.02,"unit":"month","amount":-3.72,"standard_error":25902.79,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1480.5,"difference":-80.5,"rate":245.0205,"rate_error":0.7719,"unit":"sq ft","amount":-19724.15,"standard_error":62.14,"source":"rates"}],"net":-19727.87,"gross":19727.87,"net_percent":-4.1,"gross_percent":4.1,"adjusted_price":460286.13,"standard_error":49038.24,"weight":0.011694432,"pinned":false,"warnings":[]},{"rank":24,"sale_id":"sale_30","address":null,"parcel":"p29","latitude":43.25,"longitude":-79.86420000000001,"living_sqft":1490.5,"price":482514.5,"close_date":"2026-03-15","priced_on":"2026-03-15","days":231,"distance_km":0.47,"similarity":0.7905,"adjustments":[{"name":"time","label":"time, 2026-03-15 to 2026-11-01","subject":null,"sale":null,"difference":7.59,"rate":-0.49,"rate_error":3103.59,"unit":"month","amount":-3.75,"standard_error":23554.6,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1490.5,"difference":-90.5,"rate":244.8464,"rate_error":0.7694,"unit":"sq ft","amount":-22158.6,"standard_error":69.63,"source":"rates"}],"net":-22162.35,"gross":22162.35,"net_percent":-4.6,"gross_percent":4.6,"adjusted_price":460352.15,"standard_error":48173.87,"weight":0.010749491,"pinned":false,"warnings":[]},{"rank":25,"sale_id":"sale_36","address":null,"parcel":"p35","latitude":43.25,"longitude":-79.863,"living_sqft":1550.5,"price":497517.5,"close_date":"2026-09-15","priced_on":"2026-09-15","days":47,"distance_km":0.567,"similarity":0.6817,"adjustments":[{"name":"time","label":"time, 2026-09-15 to 2026-11-01","subject":null,"sale":null,"difference":1.54,"rate":0.09,"rate_error":4255.93,"unit":"month","amount":0.14,"standard_error":6571.92,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1550.5,"difference":-150.5,"rate":243.8599,"rate_error":0.7549,"unit":"sq ft","amount":-36700.92,"standard_error":113.61,"source":"rates"}],"net":-36700.78,"gross":36701.06,"net_percent":-7.4,"gross_percent":7.4,"adjusted_price":460816.72,"standard_error":44546.2,"weight":0.010545322,"pinned":false,"warnings":[]},{"rank":26,"sale_id":"sale_31","address":null,"parcel":"p30","latitude":43.25,"longitude":-79.864,"living_sqft":1500.5,"price":485015.0,"close_date":"2026-04-15","priced_on":"2026-04-15","days":200,"distance_km":0.486,"similarity":0.7709,"adjustments":[{"name":"time","label":"time, 2026-04-15 to 2026-11-01","subject":null,"sale":null,"difference":6.57,"rate":-0.23,"rate_error":3185.06,"unit":"month","amount":-1.5,"standard_error":20928.96,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1500.5,"difference":-100.5,"rate":244.6757,"rate_error":0.7669,"unit":"sq ft","amount":-24589.91,"standard_error":77.07,"source":"rates"}],"net":-24591.41,"gross":24591.41,"net_percent":-5.1,"gross_percent":5.1,"adjusted_price":460423.59,"standard_error":47277.57,"weight":0.010057542,"pinned":false,"warnings":[]},{"rank":27,"sale_id":"sale_35","address":null,"parcel":"p34","latitude":43.25,"longitude":-79.8632,"living_sqft":1540.5,"price":495017.0,"close_date":"2026-08-15","priced_on":"2026-08-15","days":78,"distance_km":0.551,"similarity":0.6985,"adjustments":[{"name":"time","label":"time, 2026-08-15 to 2026-11-01","subject":null,"sale":null,"difference":2.56,"rate":0.32,"rate_error":3787.33,"unit":"month","amount":0.83,"standard_error":9705.73,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1540.5,"difference":-140.5,"rate":244.0181,"rate_error":0.7573,"unit":"sq ft","amount":-34284.55,"standard_error":106.4,"source":"rates"}],"net":-34283.72,"gross":34285.38,"net_percent":-6.9,"gross_percent":6.9,"adjusted_price":460733.28,"standard_error":44811.77,"weight":0.009681083,"pinned":false,"warnings":[]},{"rank":28,"sale_id":"sale_32","address":null,"parcel":"p31","latitude":43.25,"longitude":-79.8638,"living_sqft":1510.5,"price":487515.5,"close_date":"2026-05-15","priced_on":"2026-05-15","days":170,"distance_km":0.502,"similarity":0.752,"adjustments":[{"name":"time","label":"time, 2026-05-15 to 2026-11-01","subject":null,"sale":null,"difference":5.59,"rate":0.09,"rate_error":3277.94,"unit":"month","amount":0.51,"standard_error":18308.37,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1510.5,"difference":-110.5,"rate":244.5077,"rate_error":0.7644,"unit":"sq ft","amount":-27018.1,"standard_error":84.47,"source":"rates"}],"net":-27017.59,"gross":27018.61,"net_percent":-5.5,"gross_percent":5.5,"adjusted_price":460497.91,"standard_error":46505.23,"weight":0.009524571,"pinned":false,"warnings":[]},{"rank":29,"sale_id":"sale_34","address":null,"parcel":"p33","latitude":43.25,"longitude":-79.8634,"living_sqft":1530.5,"price":492516.5,"close_date":"2026-07-15","priced_on":"2026-07-15","days":109,"distance_km":0.535,"similarity":0.7157,"adjustments":[{"name":"time","label":"time, 2026-07-15 to 2026-11-01","subject":null,"sale":null,"difference":3.58,"rate":0.4,"rate_error":3548.98,"unit":"month","amount":1.45,"standard_error":12709.53,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1530.5,"difference":-130.5,"rate":244.1789,"rate_error":0.7596,"unit":"sq ft","amount":-31865.35,"standard_error":99.13,"source":"rates"}],"net":-31863.9,"gross":31866.8,"net_percent":-6.5,"gross_percent":6.5,"adjusted_price":460652.6,"standard_error":45248.36,"weight":0.009269525,"pinned":false,"warnings":[]},{"rank":30,"sale_id":"sale_33","address":null,"parcel":"p32","latitude":43.25,"longitude":-79.8636,"living_sqft":1520.5,"price":490016.0,"close_date":"2026-06-15","priced_on":"2026-06-15","days":139,"distance_km":0.518,"similarity":0.7336,"adjustments":[{"name":"time","label":"time, 2026-06-15 to 2026-11-01","subject":null,"sale":null,"difference":4.57,"rate":0.32,"rate_error":3398.77,"unit":"month","amount":1.47,"standard_error":15521.59,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1520.5,"difference":-120.5,"rate":244.3421,"rate_error":0.7621,"unit":"sq ft","amount":-29443.22,"standard_error":91.83,"source":"rates"}],"net":-29441.75,"gross":29444.69,"net_percent":-6.0,"gross_percent":6.0,"adjusted_price":460574.25,"standard_error":45804.24,"weight":0.009258747,"pinned":false,"warnings":[]}],"message":"30 comparable sales; 37 sales closed within 365 days, within 0.8 km, with a living area within 20 %","currency":"CAD","value":{"value":459938.02,"low":418987.05,"high":504891.45,"standard_error":33467.25,"comps":30},"search":[{"widened":null,"max_days":183,"radius_km":0.8,"max_size_difference":0.2,"found":19,"sentence":"19 sales closed within 183 days, within 0.8 km, with a living area within 20 %"},{"widened":"time","max_days":365,"radius_km":0.8,"max_size_difference":0.2,"found":37,"sentence":"37 sales closed within 365 days, within 0.8 km, with a living area within 20 %"}],"rates":[{"name":"living_sqft","unit":"sq ft","percent":0.0534,"standard_error":0.0002,"sales":38,"source":"regression on 38 sales in this market that closed before 2026-11-01, each compared with its 12 nearest neighbors"},{"name":"lot_sqft","unit":"sq ft","percent":null,"standard_error":null,"sales":0,"source":"no rate: unknown for all sales, among 38 sales in this market that closed before 2026-11-01"},{"name":"beds","unit":"bedroom","percent":null,"standard_error":null,"sales":0,"source":"no rate: the same in all sales, among 38 sales in this market that closed before 2026-11-01"},{"name":"baths","unit":"bathroom","percent":null,"standard_error":null,"sales":0,"source":"no rate: unknown for all sales, among 38 sales in this market that closed before 2026-11-01"},{"name":"age","unit":"year","percent":null,"standard_error":null,"sales":0,"source":"no rate: the same in all sales, among 38 sales in this market that closed before 2026-11-01"},{"name":"grade","unit":"step","percent":null,"standard_error":null,"sales":0,"source":"no rate: unknown for all sales, among 38 sales in this market that closed before 2026-11-01"},{"name":"condition","unit":"step","percent":null,"standard_error":null,"sales":0,"source":"no rate: unknown for all sales, among 38 sales in this market that closed before 2026-11-01"},{"name":"renovated","unit":"new renovation","percent":null,"standard_error":null,"sales":0,"source":"no rate: the same in all sales, among 38 sales in this market that closed before 2026-11-01"},{"name":"basement_sqft","unit":"sq ft","percent":null,"standard_error":null,"sales":0,"source":"no rate: unknown for all sales, among 38 sales in this market that closed before 2026-11-01"},{"name":"floors","unit":"floor","percent":null,"standard_error":null,"sales":0,"source":"no rate: unknown for all sales, among 38 sales in this market that closed before 2026-11-01"},{"name":"view","unit":"step","percent":null,"standard_error":null,"sales":0,"source":"no rate: unknown for all sales, among 38 sales in this market that closed before 2026-11-01"},{"name":"waterfront","unit":"step","percent":null,"standard_error":null,"sales":0,"source":"no rate: unknown for all sales, among 38 sales in this market that closed before 2026-11-01"}],"index_source":"38 sales of this market agreed 2026-01-15 to 2026-09-15","subject":{"latitude":43.25,"longitude":-79.87,"living_sqft":1400.0,"beds":3.0},"placed_by":"coordinates","cautions":["not adjusted for bedrooms: the same in all sales, among 38 sales in this market that closed before 2026-11-01"],"data_revision":3,"data_fingerprint":"898af6d54fe190b65d339f791fdaa2c7e9d2f07703851fa26b026e55359159fe","prior_sales":[]}');
CREATE TABLE consents (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	doc TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
INSERT INTO "consents" VALUES(1,'cs_01a22d6709e3c7a6de7485db3c56cd4f','{"id":"cs_01a22d6709e3c7a6de7485db3c56cd4f","created_at":"2026-11-30T17:00:57.187886Z","updated_at":"2026-11-30T17:00:57.187886Z","address":"+14165550123","channel":"sms","scope":"company","kind":"express","until":null,"obtained_on":"2026-01-31","source":"web form","note":null}');
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
INSERT INTO "contributions" VALUES(1,'ctb_01a22d670a2e151156268593306261e1','{"id":"ctb_01a22d670a2e151156268593306261e1","created_at":"2026-11-30T17:00:57.262282Z","updated_at":"2026-11-30T17:00:57.262282Z","agreement_id":"agr_01a22d670a24926eed2d3601e0587f83","currency":"CAD","effective_on":"2025-11-30","posted_on":"2026-11-30","note":null,"source_key":"key-3","entry_id":"en_01a22d670a2e0b211f08c44a7e084331","partner_id":"p_01a22d670a12bb0d487431adcc5d591a","amount":150000.75}');
INSERT INTO "contributions" VALUES(2,'ctb_01a22d670a326ac30cb72b6895d0f9ad','{"id":"ctb_01a22d670a326ac30cb72b6895d0f9ad","created_at":"2026-11-30T17:00:57.266332Z","updated_at":"2026-11-30T17:00:57.266332Z","agreement_id":"agr_01a22d670a24926eed2d3601e0587f83","currency":"CAD","effective_on":"2025-11-30","posted_on":"2026-11-30","note":null,"source_key":"key-4","entry_id":"en_01a22d670a327c1ed4f6b0f7ce7dbb03","partner_id":"p_01a22d670a15f8e2ce4142c183eb57a5","amount":150000.75}');
CREATE TABLE deals (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	doc TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
INSERT INTO "deals" VALUES(1,'deal_01a22d6709718774dea070167984f4c7','{"id":"deal_01a22d6709718774dea070167984f4c7","name":"114 Elm Street","status":"lead","strategy":null,"owner":null,"next_action":null,"next_action_date":null,"lost_reason":null,"address":null,"property_id":null,"price":412000,"arv":null,"est_repairs":68500.5,"est_rent":null,"currency":"CAD","offer_date":null,"offer_expiry_date":null,"contract_date":null,"inspection_date":null,"financing_date":null,"close_date":null,"notes":null,"tags":["off-market"],"meta":{},"created_at":"2026-11-30T17:00:57.073796Z","updated_at":"2026-11-30T17:00:57.073796Z","stage_history":[{"status":"lead","at":"2026-11-30T17:00:57.073796Z","by":"root"}]}');
INSERT INTO "deals" VALUES(2,'deal_01a22d670a1ee1b00f0c5ef07cdb5282','{"id":"deal_01a22d670a1ee1b00f0c5ef07cdb5282","name":"Deal 1","status":"lead","strategy":null,"owner":null,"next_action":null,"next_action_date":null,"lost_reason":null,"address":"1 Elm Street","property_id":null,"price":null,"arv":null,"est_repairs":null,"est_rent":null,"currency":"CAD","offer_date":null,"offer_expiry_date":null,"contract_date":null,"inspection_date":null,"financing_date":null,"close_date":null,"notes":null,"tags":[],"meta":{},"created_at":"2026-11-30T17:00:57.246037Z","updated_at":"2026-11-30T17:00:57.246037Z","stage_history":[{"status":"lead","at":"2026-11-30T17:00:57.246037Z","by":"root"}]}');
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
INSERT INTO "deals_keys" VALUES(1,'lead','000000000114 elm street',41200000,NULL,NULL,'2026-11-30T17:00:57.073796Z',NULL,'CAD',NULL);
INSERT INTO "deals_keys" VALUES(2,'lead','deal 000000000001',NULL,NULL,NULL,'2026-11-30T17:00:57.246037Z',NULL,'CAD',NULL);
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
INSERT INTO "distributions" VALUES(1,'dst_01a22d670a43f2a61c020b79e4b1fc65','{"id":"dst_01a22d670a43f2a61c020b79e4b1fc65","created_at":"2026-11-30T17:00:57.283745Z","updated_at":"2026-11-30T17:00:57.283745Z","agreement_id":"agr_01a22d670a24926eed2d3601e0587f83","currency":"CAD","effective_on":"2026-11-30","posted_on":"2026-11-30","note":null,"source_key":"key-8","entry_id":"en_01a22d670a43175d1eb875740d8b2a92","cash":100000,"declared_on":"2026-11-30","payable_on":"2026-11-30","true_up":false,"terms_id":"agr_01a22d670a24926eed2d3601e0587f83","tiers":[{"number":1,"name":"preferred return","kind":"preferred_return","description":"Preferred return of 8 % a year on outstanding capital to Investor 1 (nominal, compounded annually, actual/365)","needed":12000.06,"paid":12000.06,"still_needed":0,"amounts":[{"partner_id":"p_01a22d670a12bb0d487431adcc5d591a","amount":12000.06}],"sentence":"Preferred return of 8 % a year on outstanding capital to Investor 1 (nominal, compounded annually, actual/365): 12,000.06, all that is due."},{"number":2,"name":"capital","kind":"return_of_capital","description":"Return of capital to Investor 1","needed":150000.75,"paid":87999.94,"still_needed":62000.81,"amounts":[{"partner_id":"p_01a22d670a12bb0d487431adcc5d591a","amount":87999.94}],"sentence":"Return of capital to Investor 1: 87,999.94 of 150,000.75 due; 62,000.81 more would fill it."},{"number":3,"name":"split","kind":"split","description":"Split, 80 % to Investor 1, 20 % to Sponsor 1","needed":null,"paid":0,"still_needed":null,"amounts":[],"sentence":"Split, 80 % to Investor 1, 20 % to Sponsor 1: nothing is left for it."}],"corrections":[]}');
CREATE TABLE drafts (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	doc TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
INSERT INTO "drafts" VALUES(1,'dr_01a22d6709c3c38dba8f1d60736d1b57','{"id":"dr_01a22d6709c3c38dba8f1d60736d1b57","channel":"sms","status":"sent","to":"416-555-0123","subject":null,"body":"Still looking?\nCall me.","deal_id":"deal_01a22d6709718774dea070167984f4c7","contact_id":null,"tone":null,"tags":[],"meta":{},"created_at":"2026-11-30T17:00:57.155854Z","updated_at":"2026-11-30T17:00:57.166313Z","to_e164":"+14165550123","sent_at":"2026-11-30T17:00:57.166313Z","to_email":null,"to_extension":null,"delivery_id":null}');
INSERT INTO "drafts" VALUES(2,'dr_01a22d6709c85b1502cb5945ef18f4a7','{"id":"dr_01a22d6709c85b1502cb5945ef18f4a7","channel":"letter","status":"draft","to":null,"subject":null,"body":"Dear Dana","deal_id":null,"contact_id":null,"tone":null,"tags":["slow"],"meta":{"big":4611686018427387904,"deep":[{"a":null}]},"created_at":"2026-11-30T17:00:57.160047Z","updated_at":"2026-11-30T17:00:57.160047Z","to_e164":null,"sent_at":null,"to_email":null,"to_extension":null,"delivery_id":null}');
CREATE TABLE drafts_keys (
	seq INTEGER NOT NULL, 
	status TEXT NOT NULL, 
	recipient TEXT, 
	updated_at TEXT, 
	PRIMARY KEY (seq)
);
INSERT INTO "drafts_keys" VALUES(1,'sent','000000000416 000000000555 000000000123','2026-11-30T17:00:57.166313Z');
INSERT INTO "drafts_keys" VALUES(2,'draft',NULL,'2026-11-30T17:00:57.160047Z');
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
INSERT INTO "idempotency_keys" VALUES('POST root /core/deals','key-1','f2c2a893fcc749416bab6c6a56550d65',201,'{"id":"deal_01a22d6709718774dea070167984f4c7","name":"114 Elm Street","status":"lead","strategy":null,"owner":null,"next_action":null,"next_action_date":null,"lost_reason":null,"address":null,"property_id":null,"price":412000,"arv":null,"est_repairs":68500.5,"est_rent":null,"currency":"CAD","offer_date":null,"offer_expiry_date":null,"contract_date":null,"inspection_date":null,"financing_date":null,"close_date":null,"notes":null,"tags":["off-market"],"meta":{},"created_at":"2026-11-30T17:00:57.073796Z","updated_at":"2026-11-30T17:00:57.073796Z","stage_history":[{"status":"lead","at":"2026-11-30T17:00:57.073796Z","by":"root"}]}','"4f0fdaa15fd2c9ce7956e542"','2026-11-30T17:00:57.073796Z');
INSERT INTO "idempotency_keys" VALUES('POST root /core/jv/partners','key-2','47eef7f384269cb08401d61459410953',201,'{"id":"p_01a22d670988cfc0c53dca9b5135b5b8","name":"Maple Street Capital – Überbrückung 桜","role":"lender","roles":["lender"],"status":"active","owner":null,"email":null,"phone":null,"country":"CA","language":"en","notes":null,"tags":["quick","cash"],"meta":{},"created_at":"2026-11-30T17:00:57.096180Z","updated_at":"2026-11-30T17:00:57.096180Z","phone_e164":null,"email_normalized":null,"phone_extension":null}','"1af19105dbd7dc49651d4646"','2026-11-30T17:00:57.096180Z');
INSERT INTO "idempotency_keys" VALUES('POST root /core/jv/partners','key-3','9fdcfd6c35f741e502a3f41067a99dcd',201,'{"id":"p_01a22d6709aefce2aa88ac02cd24ec18","name":"A builder","role":"gc","roles":["gc"],"status":"active","owner":null,"email":null,"phone":"416-555-0123","country":"CA","language":"en","notes":"=1+1","tags":[],"meta":{"rate":1.5e-7},"created_at":"2026-11-30T17:00:57.134639Z","updated_at":"2026-11-30T17:00:57.134639Z","phone_e164":"+14165550123","email_normalized":null,"phone_extension":null}','"b636c6dd837fa5554f307f3f"','2026-11-30T17:00:57.134639Z');
INSERT INTO "idempotency_keys" VALUES('POST root /core/jv/links','key-4','d36ae621a1de6797e68ce2ffe3441aa0',201,'{"id":"lnk_01a22d6709bd52fcdee32ce4ae46e9af","partner_id":"p_01a22d670988cfc0c53dca9b5135b5b8","deal_id":"deal_01a22d6709718774dea070167984f4c7","relationship":"JV","split_notes":"50/50","status":"active","meta":{},"created_at":"2026-11-30T17:00:57.149537Z","updated_at":"2026-11-30T17:00:57.149537Z"}','"27db9a552f8f146d60801f10"','2026-11-30T17:00:57.149537Z');
INSERT INTO "idempotency_keys" VALUES('POST root /core/comms/drafts','key-5','dd0a5df6c881292c8737f70bc1c8f80e',201,'{"id":"dr_01a22d6709c3c38dba8f1d60736d1b57","channel":"sms","status":"draft","to":"416-555-0123","subject":null,"body":"Still looking?\nCall me.","deal_id":"deal_01a22d6709718774dea070167984f4c7","contact_id":null,"tone":null,"tags":[],"meta":{},"created_at":"2026-11-30T17:00:57.155854Z","updated_at":"2026-11-30T17:00:57.155854Z","to_e164":"+14165550123","sent_at":null,"to_email":null,"to_extension":null,"delivery_id":null}','"b630e097ca0d3c94431107e5"','2026-11-30T17:00:57.155854Z');
INSERT INTO "idempotency_keys" VALUES('POST root /core/comms/drafts','key-6','a0cd2d71de1200dfa8d97dfb2611c077',201,'{"id":"dr_01a22d6709c85b1502cb5945ef18f4a7","channel":"letter","status":"draft","to":null,"subject":null,"body":"Dear Dana","deal_id":null,"contact_id":null,"tone":null,"tags":["slow"],"meta":{"big":4611686018427387904,"deep":[{"a":null}]},"created_at":"2026-11-30T17:00:57.160047Z","updated_at":"2026-11-30T17:00:57.160047Z","to_e164":null,"sent_at":null,"to_email":null,"to_extension":null,"delivery_id":null}','"db15b5972017e59777514820"','2026-11-30T17:00:57.160047Z');
INSERT INTO "idempotency_keys" VALUES('POST root /core/comms/opt_outs','key-7','5792a169581fa3e06b0b590fd517c70c',200,'{"id":"oo_01a22d6709dc02f3f3fe7166ce996990","created_at":"2026-11-30T17:00:57.179753Z","updated_at":"2026-11-30T17:00:57.179753Z","address":"+14165550199","channel":"sms","scope":"company","source":"person","since":"2026-11-30T17:00:57.179753Z","note":"Asked on the phone.","ended_at":null,"ended_by":null,"ended_reason":null}','"3bbfc1f7e24474d507b65526"','2026-11-30T17:00:57.179753Z');
INSERT INTO "idempotency_keys" VALUES('POST root /core/comms/consents','key-8','ecff7adae2bc26a37bcf4a8f151cddfa',200,'{"id":"cs_01a22d6709e3c7a6de7485db3c56cd4f","created_at":"2026-11-30T17:00:57.187886Z","updated_at":"2026-11-30T17:00:57.187886Z","address":"+14165550123","channel":"sms","scope":"company","kind":"express","until":null,"obtained_on":"2026-01-31","source":"web form","note":null}','"5e1198a6222d371c97f97e7f"','2026-11-30T17:00:57.187886Z');
INSERT INTO "idempotency_keys" VALUES('POST root /core/property/properties','key-9','eb5eb9ef1fedade44132b3090c8520c5',201,'{"id":"pr_01a22d6709ea2138d551e62e4ab3560d","address":"12 Oak Ave","country":"CA","region":"ON","city":"Hamilton","postal":null,"status":"tracked","deal_id":null,"owner":null,"listing_url":null,"photos_url":null,"beds":null,"baths":null,"sqft":null,"lot_sqft":null,"year_built":null,"latitude":43.25,"longitude":-79.87,"property_type":null,"parcel":null,"year_renovated":null,"grade":null,"condition":null,"floors":null,"basement_sqft":null,"view":null,"waterfront":null,"market":null,"tags":[],"meta":{},"created_at":"2026-11-30T17:00:57.193765Z","updated_at":"2026-11-30T17:00:57.193765Z","address_key":"12 oak ave","import_key":null}','"8bc1f377e98f821805ceced4"','2026-11-30T17:00:57.193765Z');
INSERT INTO "idempotency_keys" VALUES('POST root /core/property/properties/pr_01a22d6709ea2138d551e62e4ab3560d/neighborhood_rating','key-10','3f2f22fdd63b8af7be712c7ff3a0bae5',200,'{"property_id":"pr_01a22d6709ea2138d551e62e4ab3560d","score":71,"notes":"quiet","factors":{},"created_at":"2026-11-30T17:00:57.199236Z","updated_at":"2026-11-30T17:00:57.199236Z"}','"d58943c3b9794f367a8e8d33"','2026-11-30T17:00:57.199236Z');
INSERT INTO "idempotency_keys" VALUES('POST root /core/property/comps','key-11','a9927ee3e84a25b04f1272c7a7568556',200,'{"property_id":"pr_01a22d6709ea2138d551e62e4ab3560d","radius_km":1.5,"beds":3,"baths":null,"notes":"no sales are loaded, so there is nothing to compare this property with: `valhalla market import-sales` loads some from a file, `valhalla market sync` from an MLS","as_of":"2026-11-30","max_days":null,"market":null,"pinned":[],"excluded":[],"created_at":"2026-11-30T17:00:57.205702Z","updated_at":"2026-11-30T17:00:57.205702Z","ok":true,"comps":[],"message":"no sales are loaded, so there is nothing to compare this property with: `valhalla market import-sales` loads some from a file, `valhalla market sync` from an MLS","currency":null,"value":null,"search":[],"rates":[],"index_source":null,"subject":{},"placed_by":null,"cautions":[],"data_revision":null,"data_fingerprint":null,"prior_sales":[]}','"39d8643e50838e018041ac58"','2026-11-30T17:00:57.205702Z');
INSERT INTO "idempotency_keys" VALUES('POST root /core/property/properties/pr_01a22d6709ea2138d551e62e4ab3560d/repair_rent','key-12','e41960af5bdaa2c138b565572f71c9ef',200,'{"property_id":"pr_01a22d6709ea2138d551e62e4ab3560d","est_repairs":1000.25,"est_rent":3150,"assumptions":{},"created_at":"2026-11-30T17:00:57.213078Z","updated_at":"2026-11-30T17:00:57.213078Z"}','"6247f0177f6d33c5fd48dd9a"','2026-11-30T17:00:57.213078Z');
INSERT INTO "idempotency_keys" VALUES('POST root /core/market/markets','key-13','4fcdbed9e7b583e6c24a8efdf6d3fd18',201,'{"name":"hamilton","country":"CA","currency":"CAD","notes":null,"index_series":null,"neighborhood_weights":{},"neighborhood_crime":false,"meta":{},"created_at":"2026-11-30T17:00:57.228202Z","updated_at":"2026-11-30T17:00:57.228202Z"}','"a0d9cb8ab9860d0f6c71d6ff"','2026-11-30T17:00:57.228202Z');
INSERT INTO "idempotency_keys" VALUES('POST root /core/market/appraisals','key-14','032657504139b7f84f78e9e9ad248684',201,'{"id":"apr_01a22d670a0f27bc286343e4a90af6d2","market":"hamilton","property_id":"pr_01a22d6709ea2138d551e62e4ab3560d","parcel":null,"address":null,"value":540000,"currency":"CAD","date":"2026-01-31","appraiser":null,"source":null,"purpose":null,"notes":null,"meta":{},"created_at":"2026-11-30T17:00:57.231346Z","updated_at":"2026-11-30T17:00:57.231346Z","import_key":null}','"8ceda7c28e9fb741e07cffac"','2026-11-30T17:00:57.231346Z');
INSERT INTO "idempotency_keys" VALUES('POST root /core/notes','key-15','390b28f3c94f8c09f0df40015fc4ec3f',201,'{"id":"note_01a22d670a57aacde0e986c38621ce14","entity":"deal","entity_id":"deal_01a22d6709718774dea070167984f4c7","text":"The seller wants to close in May.","date":"2026-03-20","status":"active","meta":{},"created_at":"2026-11-30T17:00:57.303101Z","updated_at":"2026-11-30T17:00:57.303101Z","author":"root"}','"62443e20b058bba5d0503582"','2026-11-30T17:00:57.303101Z');
INSERT INTO "idempotency_keys" VALUES('POST root /core/views','key-16','337bdb595d4a6338a145a7d94ffef2cf',201,'{"id":"view_01a22d670a5a7716c69d302e0b394e7b","list":"deals","name":"Leads by price","query":"status=lead&sort=-price","shared":false,"status":"active","meta":{},"created_at":"2026-11-30T17:00:57.306389Z","updated_at":"2026-11-30T17:00:57.306389Z","owner":"root"}','"dd1448024ccbed3862548ea5"','2026-11-30T17:00:57.306389Z');
INSERT INTO "idempotency_keys" VALUES('POST root /core/property/repair_costs','key-17','7f93601d1e17b56f19a1b8d0962be7a0',201,'{"id":"uc_cad_1","currency":"CAD","source":"ours","as_of":"2026-01-31","costs":[{"trade":"scope","item":"cosmetic","unit":"sqft","low":10,"mid":20.5,"high":35,"source":null}],"created_at":"2026-11-30T17:00:57.311091Z","updated_at":"2026-11-30T17:00:57.311091Z","version":1}','"4bd411feb4e0734c4a0b8443"','2026-11-30T17:00:57.311091Z');
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
INSERT INTO "ledger_balances" VALUES('agr_01a22d670a24926eed2d3601e0587f83','capital_contributed:p_01a22d670a12bb0d487431adcc5d591a',0,15000075);
INSERT INTO "ledger_balances" VALUES('agr_01a22d670a24926eed2d3601e0587f83','cash',42000150,34000125);
INSERT INTO "ledger_balances" VALUES('agr_01a22d670a24926eed2d3601e0587f83','capital_contributed:p_01a22d670a15f8e2ce4142c183eb57a5',15000075,15000075);
INSERT INTO "ledger_balances" VALUES('agr_01a22d670a24926eed2d3601e0587f83','property:deal_01a22d670a1ee1b00f0c5ef07cdb5282',9000050,9000050);
INSERT INTO "ledger_balances" VALUES('agr_01a22d670a24926eed2d3601e0587f83','income',0,2999950);
INSERT INTO "ledger_balances" VALUES('agr_01a22d670a24926eed2d3601e0587f83','capital_returned:p_01a22d670a12bb0d487431adcc5d591a',8799994,0);
INSERT INTO "ledger_balances" VALUES('agr_01a22d670a24926eed2d3601e0587f83','distributions_payable:p_01a22d670a12bb0d487431adcc5d591a',10000000,10000000);
INSERT INTO "ledger_balances" VALUES('agr_01a22d670a24926eed2d3601e0587f83','profit_allocated:p_01a22d670a12bb0d487431adcc5d591a',1200006,0);
CREATE TABLE ledger_books (
	agreement_id TEXT NOT NULL, 
	currency TEXT NOT NULL, 
	revision BIGINT NOT NULL, 
	closed_through TEXT, 
	blocked TEXT, 
	PRIMARY KEY (agreement_id)
);
INSERT INTO "ledger_books" VALUES('agr_01a22d670a24926eed2d3601e0587f83','CAD',11,'2026-10-01',NULL);
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
INSERT INTO "ledger_entries" VALUES(1,'en_01a22d670a25a6664e1f2f29359711e7','agr_01a22d670a24926eed2d3601e0587f83','agr_01a22d670a24926eed2d3601e0587f83','agreement','agr_01a22d670a24926eed2d3601e0587f83','2023-12-01','2026-11-30',NULL,'CAD',0,'fc8b0e736d9bcd1c3e2ceed80294e4d27bf903f2708dac81abc100722de74db1','2026-11-30T17:00:57.253086Z','root');
INSERT INTO "ledger_entries" VALUES(2,'en_01a22d670a2af032c56de6f707c1f8ed','agr_01a22d670a24926eed2d3601e0587f83','key-2','commitment','cmt_01a22d670a2a71c55e0c655414f73143','2025-11-30','2026-11-30',NULL,'CAD',0,'aeaa475b321ebf5479afd5eba2dc6399d61e431414788c79b7f95b2ad7294ec7','2026-11-30T17:00:57.258825Z','root');
INSERT INTO "ledger_entries" VALUES(3,'en_01a22d670a2e0b211f08c44a7e084331','agr_01a22d670a24926eed2d3601e0587f83','key-3','contribution','ctb_01a22d670a2e151156268593306261e1','2025-11-30','2026-11-30',NULL,'CAD',1,'ec051123da80bc36e3d7d37a4ab3bf03d980cb3041f66740edfdadf66cfd83f9','2026-11-30T17:00:57.262282Z','root');
INSERT INTO "ledger_entries" VALUES(4,'en_01a22d670a327c1ed4f6b0f7ce7dbb03','agr_01a22d670a24926eed2d3601e0587f83','key-4','contribution','ctb_01a22d670a326ac30cb72b6895d0f9ad','2025-11-30','2026-11-30',NULL,'CAD',1,'b496356e8d4280e576fe6770a50076bbffe3f99c8fba6e67f7762859a1120f06','2026-11-30T17:00:57.266332Z','root');
INSERT INTO "ledger_entries" VALUES(5,'en_01a22d670a369af5123de56debb12f61','agr_01a22d670a24926eed2d3601e0587f83','key-5','reversal','rev_01a22d670a36c70dd739c5ccd1f83baa','2025-11-30','2026-11-30','en_01a22d670a327c1ed4f6b0f7ce7dbb03','CAD',1,'35f49c86cc57e3b13e4af9b214f52bcba91f13b0c1fe08d97d4c1ea118627570','2026-11-30T17:00:57.270050Z','root');
INSERT INTO "ledger_entries" VALUES(6,'en_01a22d670a39abe4a1a01c9c798350b9','agr_01a22d670a24926eed2d3601e0587f83','key-6','transaction','txn_01a22d670a390eae61b0486d27f4d388','2026-02-03','2026-11-30',NULL,'CAD',1,'363dc8b83981b83dc09683d62c65925e2d4d0a81dc8e3e5b98bfacfe6a7b904b','2026-11-30T17:00:57.273382Z','root');
INSERT INTO "ledger_entries" VALUES(7,'en_01a22d670a3c052ea2da562a8d51f32b','agr_01a22d670a24926eed2d3601e0587f83','key-7','transaction','txn_01a22d670a3cc6a7dc185d46af9fd8de','2026-10-31','2026-11-30',NULL,'CAD',2,'69ba78b0e99c18db2aab403fcde53dd8a569721fe6cb8c96e96a8d3f273b0d89','2026-11-30T17:00:57.276881Z','root');
INSERT INTO "ledger_entries" VALUES(8,'en_01a22d670a43175d1eb875740d8b2a92','agr_01a22d670a24926eed2d3601e0587f83','key-8','distribution','dst_01a22d670a43f2a61c020b79e4b1fc65','2026-11-30','2026-11-30',NULL,'CAD',2,'1603d2272b37f3bb25c9bb847edc23402b7f0c79875afabc512b7cad961113ba','2026-11-30T17:00:57.283745Z','root');
INSERT INTO "ledger_entries" VALUES(9,'en_01a22d670a47df1f6ba52ada5622ddd1','agr_01a22d670a24926eed2d3601e0587f83','key-9','payment','pay_01a22d670a476cc1fd6d92a203ef6a51','2026-11-30','2026-11-30',NULL,'CAD',1,'fbed398125c569b7a496a7ee3d6a67fa4d784ce6e3b57fe9a9f99d03fbda1c36','2026-11-30T17:00:57.287893Z','root');
INSERT INTO "ledger_entries" VALUES(10,'en_01a22d670a4ce082408937c258d5f48b','agr_01a22d670a24926eed2d3601e0587f83','key-10','amendment','amd_01a22d670a4cdbb0dd6c928879fca1bf','2026-12-01','2026-11-30',NULL,'CAD',0,'279801585826b27435615a9f5e77d7ddc980fb131375a841ff096da62e1475ea','2026-11-30T17:00:57.292654Z','root');
INSERT INTO "ledger_entries" VALUES(11,'en_01a22d670a4f9a8d4676ed460d08b082','agr_01a22d670a24926eed2d3601e0587f83','key-11','period','prd_01a22d670a4fc56485b887b90099844c','2026-10-01','2026-11-30',NULL,'CAD',0,'68dba3debbe153860e8f84c8a6aa42c38f391dc871e0727ef220485507b8c29b','2026-11-30T17:00:57.295883Z','root');
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
INSERT INTO "ledger_lines" VALUES('en_01a22d670a2e0b211f08c44a7e084331',1,'cash','capital_contributed:p_01a22d670a12bb0d487431adcc5d591a','CAD',15000075);
INSERT INTO "ledger_lines" VALUES('en_01a22d670a327c1ed4f6b0f7ce7dbb03',1,'cash','capital_contributed:p_01a22d670a15f8e2ce4142c183eb57a5','CAD',15000075);
INSERT INTO "ledger_lines" VALUES('en_01a22d670a369af5123de56debb12f61',1,'capital_contributed:p_01a22d670a15f8e2ce4142c183eb57a5','cash','CAD',15000075);
INSERT INTO "ledger_lines" VALUES('en_01a22d670a39abe4a1a01c9c798350b9',1,'property:deal_01a22d670a1ee1b00f0c5ef07cdb5282','cash','CAD',9000050);
INSERT INTO "ledger_lines" VALUES('en_01a22d670a3c052ea2da562a8d51f32b',1,'cash','property:deal_01a22d670a1ee1b00f0c5ef07cdb5282','CAD',9000050);
INSERT INTO "ledger_lines" VALUES('en_01a22d670a3c052ea2da562a8d51f32b',2,'cash','income','CAD',2999950);
INSERT INTO "ledger_lines" VALUES('en_01a22d670a43175d1eb875740d8b2a92',1,'profit_allocated:p_01a22d670a12bb0d487431adcc5d591a','distributions_payable:p_01a22d670a12bb0d487431adcc5d591a','CAD',1200006);
INSERT INTO "ledger_lines" VALUES('en_01a22d670a43175d1eb875740d8b2a92',2,'capital_returned:p_01a22d670a12bb0d487431adcc5d591a','distributions_payable:p_01a22d670a12bb0d487431adcc5d591a','CAD',8799994);
INSERT INTO "ledger_lines" VALUES('en_01a22d670a47df1f6ba52ada5622ddd1',1,'distributions_payable:p_01a22d670a12bb0d487431adcc5d591a','cash','CAD',10000000);
CREATE TABLE ledger_parties (
	agreement_id TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	party_id TEXT NOT NULL, 
	PRIMARY KEY (agreement_id, kind, party_id)
);
INSERT INTO "ledger_parties" VALUES('agr_01a22d670a24926eed2d3601e0587f83','partner','p_01a22d670a12bb0d487431adcc5d591a');
INSERT INTO "ledger_parties" VALUES('agr_01a22d670a24926eed2d3601e0587f83','partner','p_01a22d670a15f8e2ce4142c183eb57a5');
INSERT INTO "ledger_parties" VALUES('agr_01a22d670a24926eed2d3601e0587f83','deal','deal_01a22d670a1ee1b00f0c5ef07cdb5282');
CREATE TABLE links (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	doc TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
INSERT INTO "links" VALUES(1,'lnk_01a22d6709bd52fcdee32ce4ae46e9af','{"id":"lnk_01a22d6709bd52fcdee32ce4ae46e9af","partner_id":"p_01a22d670988cfc0c53dca9b5135b5b8","deal_id":"deal_01a22d6709718774dea070167984f4c7","relationship":"JV","split_notes":"50/50","status":"active","meta":{},"created_at":"2026-11-30T17:00:57.149537Z","updated_at":"2026-11-30T17:00:57.149537Z"}');
CREATE TABLE links_keys (
	seq INTEGER NOT NULL, 
	status TEXT NOT NULL, 
	relationship TEXT, 
	updated_at TEXT, 
	PRIMARY KEY (seq)
);
INSERT INTO "links_keys" VALUES(1,'active','jv','2026-11-30T17:00:57.149537Z');
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
INSERT INTO "market_sales" VALUES(1,'hamilton',3,'county','p0',41000000,'CAD','2026-01-15',NULL,NULL,43.25,-79.87,NULL,1200.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p0',NULL,NULL,NULL,NULL,NULL,NULL,'[{"flag":"by_hand","reason":"sold to a cousin","by":"dana","excludes":true}]',0,NULL,'2026-11-30T17:00:57.363015Z','2026-11-30T17:00:57.385400Z',NULL,'p0');
INSERT INTO "market_sales" VALUES(2,'hamilton',1,'county','p1',41250050,'CAD','2026-02-15',NULL,NULL,43.25,-79.8698,NULL,1210.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p1',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-30T17:00:57.363015Z','2026-11-30T17:00:57.363015Z',NULL,'p1');
INSERT INTO "market_sales" VALUES(3,'hamilton',1,'county','p2',41500100,'CAD','2026-03-15',NULL,NULL,43.25,-79.8696,NULL,1220.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p2',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-30T17:00:57.363015Z','2026-11-30T17:00:57.363015Z',NULL,'p2');
INSERT INTO "market_sales" VALUES(4,'hamilton',2,'county','p3',41750150,'CAD','2026-04-15',NULL,NULL,43.25,-79.8694,NULL,1230.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p3',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,'taken back','2026-11-30T17:00:57.363015Z','2026-11-30T17:00:57.380984Z',NULL,'p3');
INSERT INTO "market_sales" VALUES(5,'hamilton',1,'county','p4',42000200,'CAD','2026-05-15',NULL,NULL,43.25,-79.8692,NULL,1240.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p4',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-30T17:00:57.363015Z','2026-11-30T17:00:57.363015Z',NULL,'p4');
INSERT INTO "market_sales" VALUES(6,'hamilton',1,'county','p5',42250250,'CAD','2026-06-15',NULL,NULL,43.25,-79.869,NULL,1250.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p5',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-30T17:00:57.363015Z','2026-11-30T17:00:57.363015Z',NULL,'p5');
INSERT INTO "market_sales" VALUES(7,'hamilton',1,'county','p6',42500300,'CAD','2026-07-15',NULL,NULL,43.25,-7.9868800000000007345e+01,NULL,1260.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p6',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-30T17:00:57.363015Z','2026-11-30T17:00:57.363015Z',NULL,'p6');
INSERT INTO "market_sales" VALUES(8,'hamilton',1,'county','p7',42750350,'CAD','2026-08-15',NULL,NULL,43.25,-79.8686,NULL,1270.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p7',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-30T17:00:57.363015Z','2026-11-30T17:00:57.363015Z',NULL,'p7');
INSERT INTO "market_sales" VALUES(9,'hamilton',1,'county','p8',43000400,'CAD','2026-09-15',NULL,NULL,43.25,-7.98684000000000082764e+01,NULL,1280.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p8',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-30T17:00:57.363015Z','2026-11-30T17:00:57.363015Z',NULL,'p8');
INSERT INTO "market_sales" VALUES(10,'hamilton',1,'county','p9',43250450,'CAD','2026-01-15',NULL,NULL,43.25,-79.8682,NULL,1290.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p9',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-30T17:00:57.363015Z','2026-11-30T17:00:57.363015Z',NULL,'p9');
INSERT INTO "market_sales" VALUES(11,'hamilton',1,'county','p10',43500500,'CAD','2026-02-15',NULL,NULL,43.25,-7.98680000000000092077e+01,NULL,1300.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p10',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-30T17:00:57.363015Z','2026-11-30T17:00:57.363015Z',NULL,'p10');
INSERT INTO "market_sales" VALUES(12,'hamilton',1,'county','p11',43750550,'CAD','2026-03-15',NULL,NULL,43.25,-79.8678,NULL,1310.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p11',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-30T17:00:57.363015Z','2026-11-30T17:00:57.363015Z',NULL,'p11');
INSERT INTO "market_sales" VALUES(13,'hamilton',1,'county','p12',44000600,'CAD','2026-04-15',NULL,NULL,43.25,-7.98676000000000101391e+01,NULL,1320.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p12',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-30T17:00:57.363015Z','2026-11-30T17:00:57.363015Z',NULL,'p12');
INSERT INTO "market_sales" VALUES(14,'hamilton',1,'county','p13',44250650,'CAD','2026-05-15',NULL,NULL,43.25,-79.8674,NULL,1330.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p13',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-30T17:00:57.363015Z','2026-11-30T17:00:57.363015Z',NULL,'p13');
INSERT INTO "market_sales" VALUES(15,'hamilton',1,'county','p14',44500700,'CAD','2026-06-15',NULL,NULL,43.25,-7.98672000000000110748e+01,NULL,1340.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p14',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-30T17:00:57.363015Z','2026-11-30T17:00:57.363015Z',NULL,'p14');
INSERT INTO "market_sales" VALUES(16,'hamilton',1,'county','p15',44750750,'CAD','2026-07-15',NULL,NULL,43.25,-79.867,NULL,1350.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p15',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-30T17:00:57.363015Z','2026-11-30T17:00:57.363015Z',NULL,'p15');
INSERT INTO "market_sales" VALUES(17,'hamilton',1,'county','p16',45000800,'CAD','2026-08-15',NULL,NULL,43.25,-79.8668,NULL,1360.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p16',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-30T17:00:57.363015Z','2026-11-30T17:00:57.363015Z',NULL,'p16');
INSERT INTO "market_sales" VALUES(18,'hamilton',1,'county','p17',45250850,'CAD','2026-09-15',NULL,NULL,43.25,-79.8666,NULL,1370.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p17',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-30T17:00:57.363015Z','2026-11-30T17:00:57.363015Z',NULL,'p17');
INSERT INTO "market_sales" VALUES(19,'hamilton',1,'county','p18',45500900,'CAD','2026-01-15',NULL,NULL,43.25,-79.8664,NULL,1380.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p18',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-30T17:00:57.363015Z','2026-11-30T17:00:57.363015Z',NULL,'p18');
INSERT INTO "market_sales" VALUES(20,'hamilton',1,'county','p19',45750950,'CAD','2026-02-15',NULL,NULL,43.25,-79.8662,NULL,1390.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p19',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-30T17:00:57.363015Z','2026-11-30T17:00:57.363015Z',NULL,'p19');
INSERT INTO "market_sales" VALUES(21,'hamilton',1,'county','p20',46001000,'CAD','2026-03-15',NULL,NULL,43.25,-79.866,NULL,1400.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p20',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-30T17:00:57.363015Z','2026-11-30T17:00:57.363015Z',NULL,'p20');
INSERT INTO "market_sales" VALUES(22,'hamilton',1,'county','p21',46251050,'CAD','2026-04-15',NULL,NULL,43.25,-7.98658000000000072287e+01,NULL,1410.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p21',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-30T17:00:57.363015Z','2026-11-30T17:00:57.363015Z',NULL,'p21');
INSERT INTO "market_sales" VALUES(23,'hamilton',1,'county','p22',46501100,'CAD','2026-05-15',NULL,NULL,43.25,-79.8656,NULL,1420.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p22',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-30T17:00:57.363015Z','2026-11-30T17:00:57.363015Z',NULL,'p22');
INSERT INTO "market_sales" VALUES(24,'hamilton',1,'county','p23',46751150,'CAD','2026-06-15',NULL,NULL,43.25,-7.98654000000000081644e+01,NULL,1430.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p23',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-30T17:00:57.363015Z','2026-11-30T17:00:57.363015Z',NULL,'p23');
INSERT INTO "market_sales" VALUES(25,'hamilton',1,'county','p24',47001200,'CAD','2026-07-15',NULL,NULL,43.25,-79.8652,NULL,1440.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p24',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-30T17:00:57.363015Z','2026-11-30T17:00:57.363015Z',NULL,'p24');
INSERT INTO "market_sales" VALUES(26,'hamilton',1,'county','p25',47251250,'CAD','2026-08-15',NULL,NULL,43.25,-7.98650000000000090958e+01,NULL,1450.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p25',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-30T17:00:57.363015Z','2026-11-30T17:00:57.363015Z',NULL,'p25');
INSERT INTO "market_sales" VALUES(27,'hamilton',1,'county','p26',47501300,'CAD','2026-09-15',NULL,NULL,43.25,-79.8648,NULL,1460.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p26',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-30T17:00:57.363015Z','2026-11-30T17:00:57.363015Z',NULL,'p26');
INSERT INTO "market_sales" VALUES(28,'hamilton',1,'county','p27',47751350,'CAD','2026-01-15',NULL,NULL,43.25,-7.98646000000000100271e+01,NULL,1470.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p27',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-30T17:00:57.363015Z','2026-11-30T17:00:57.363015Z',NULL,'p27');
INSERT INTO "market_sales" VALUES(29,'hamilton',1,'county','p28',48001400,'CAD','2026-02-15',NULL,NULL,43.25,-79.8644,NULL,1480.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p28',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-30T17:00:57.363015Z','2026-11-30T17:00:57.363015Z',NULL,'p28');
INSERT INTO "market_sales" VALUES(30,'hamilton',1,'county','p29',48251450,'CAD','2026-03-15',NULL,NULL,43.25,-7.98642000000000109585e+01,NULL,1490.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p29',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-30T17:00:57.363015Z','2026-11-30T17:00:57.363015Z',NULL,'p29');
INSERT INTO "market_sales" VALUES(31,'hamilton',1,'county','p30',48501500,'CAD','2026-04-15',NULL,NULL,43.25,-79.864,NULL,1500.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p30',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-30T17:00:57.363015Z','2026-11-30T17:00:57.363015Z',NULL,'p30');
INSERT INTO "market_sales" VALUES(32,'hamilton',1,'county','p31',48751550,'CAD','2026-05-15',NULL,NULL,43.25,-79.8638,NULL,1510.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p31',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-30T17:00:57.363015Z','2026-11-30T17:00:57.363015Z',NULL,'p31');
INSERT INTO "market_sales" VALUES(33,'hamilton',1,'county','p32',49001600,'CAD','2026-06-15',NULL,NULL,43.25,-79.8636,NULL,1520.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p32',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-30T17:00:57.363015Z','2026-11-30T17:00:57.363015Z',NULL,'p32');
INSERT INTO "market_sales" VALUES(34,'hamilton',1,'county','p33',49251650,'CAD','2026-07-15',NULL,NULL,43.25,-79.8634,NULL,1530.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p33',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-30T17:00:57.363015Z','2026-11-30T17:00:57.363015Z',NULL,'p33');
INSERT INTO "market_sales" VALUES(35,'hamilton',1,'county','p34',49501700,'CAD','2026-08-15',NULL,NULL,43.25,-79.8632,NULL,1540.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p34',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-30T17:00:57.363015Z','2026-11-30T17:00:57.363015Z',NULL,'p34');
INSERT INTO "market_sales" VALUES(36,'hamilton',1,'county','p35',49751750,'CAD','2026-09-15',NULL,NULL,43.25,-79.863,NULL,1550.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p35',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-30T17:00:57.363015Z','2026-11-30T17:00:57.363015Z',NULL,'p35');
INSERT INTO "market_sales" VALUES(37,'hamilton',1,'county','p36',50001800,'CAD','2026-01-15',NULL,NULL,43.25,-7.98628000000000071167e+01,NULL,1560.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p36',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-30T17:00:57.363015Z','2026-11-30T17:00:57.363015Z',NULL,'p36');
INSERT INTO "market_sales" VALUES(38,'hamilton',1,'county','p37',50251850,'CAD','2026-02-15',NULL,NULL,43.25,-79.8626,NULL,1570.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p37',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-30T17:00:57.363015Z','2026-11-30T17:00:57.363015Z',NULL,'p37');
INSERT INTO "market_sales" VALUES(39,'hamilton',1,'county','p38',50501900,'CAD','2026-03-15',NULL,NULL,43.25,-7.98624000000000080481e+01,NULL,1580.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p38',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-30T17:00:57.363015Z','2026-11-30T17:00:57.363015Z',NULL,'p38');
INSERT INTO "market_sales" VALUES(40,'hamilton',1,'county','p39',50751950,'CAD','2026-04-15',NULL,NULL,43.25,-79.8622,NULL,1590.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p39',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-30T17:00:57.363015Z','2026-11-30T17:00:57.363015Z',NULL,'p39');
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
INSERT INTO "markets" VALUES(1,'hamilton','{"name":"hamilton","country":"CA","currency":"CAD","notes":null,"index_series":null,"neighborhood_weights":{},"neighborhood_crime":false,"meta":{},"created_at":"2026-11-30T17:00:57.228202Z","updated_at":"2026-11-30T17:00:57.228202Z"}');
CREATE TABLE notes (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	doc TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
INSERT INTO "notes" VALUES(1,'note_01a22d670a57aacde0e986c38621ce14','{"id":"note_01a22d670a57aacde0e986c38621ce14","entity":"deal","entity_id":"deal_01a22d6709718774dea070167984f4c7","text":"The seller wants to close in May.","date":"2026-03-20","status":"active","meta":{},"created_at":"2026-11-30T17:00:57.303101Z","updated_at":"2026-11-30T17:00:57.303101Z","author":"root"}');
CREATE TABLE opt_outs (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	doc TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
INSERT INTO "opt_outs" VALUES(1,'oo_01a22d6709dc02f3f3fe7166ce996990','{"id":"oo_01a22d6709dc02f3f3fe7166ce996990","created_at":"2026-11-30T17:00:57.179753Z","updated_at":"2026-11-30T17:00:57.179753Z","address":"+14165550199","channel":"sms","scope":"company","source":"person","since":"2026-11-30T17:00:57.179753Z","note":"Asked on the phone.","ended_at":null,"ended_by":null,"ended_reason":null}');
INSERT INTO "opt_outs" VALUES(2,'oo_01a22d6709dc0fc57d3fa6e210e4f974','{"id":"oo_01a22d6709dc0fc57d3fa6e210e4f974","created_at":"2026-11-30T17:00:57.179753Z","updated_at":"2026-11-30T17:00:57.179753Z","address":"+14165550199","channel":"call","scope":"company","source":"person","since":"2026-11-30T17:00:57.179753Z","note":"Asked on the phone.","ended_at":null,"ended_by":null,"ended_reason":null}');
CREATE TABLE partners (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	doc TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
INSERT INTO "partners" VALUES(1,'p_01a22d670988cfc0c53dca9b5135b5b8','{"id":"p_01a22d670988cfc0c53dca9b5135b5b8","name":"Maple Street Capital – Überbrückung 桜","role":"lender","roles":["lender"],"status":"paused","owner":null,"email":null,"phone":null,"country":"CA","language":"en","notes":null,"tags":["quick"],"meta":{},"created_at":"2026-11-30T17:00:57.096180Z","updated_at":"2026-11-30T17:00:57.223698Z","phone_e164":null,"email_normalized":null,"phone_extension":null}');
INSERT INTO "partners" VALUES(2,'p_01a22d6709aefce2aa88ac02cd24ec18','{"id":"p_01a22d6709aefce2aa88ac02cd24ec18","name":"A builder","role":"gc","roles":["gc"],"status":"active","owner":null,"email":null,"phone":"416-555-0123","country":"CA","language":"en","notes":"=1+1","tags":[],"meta":{"rate":1.5e-7},"created_at":"2026-11-30T17:00:57.134639Z","updated_at":"2026-11-30T17:00:57.134639Z","phone_e164":"+14165550123","email_normalized":null,"phone_extension":null}');
INSERT INTO "partners" VALUES(3,'p_01a22d670a12bb0d487431adcc5d591a','{"id":"p_01a22d670a12bb0d487431adcc5d591a","name":"Investor 1","role":"other","roles":["other"],"status":"active","owner":null,"email":null,"phone":null,"country":"CA","language":"en","notes":null,"tags":[],"meta":{},"created_at":"2026-11-30T17:00:57.234503Z","updated_at":"2026-11-30T17:00:57.234503Z","phone_e164":null,"email_normalized":null,"phone_extension":null}');
INSERT INTO "partners" VALUES(4,'p_01a22d670a15f8e2ce4142c183eb57a5','{"id":"p_01a22d670a15f8e2ce4142c183eb57a5","name":"Sponsor 1","role":"other","roles":["other"],"status":"active","owner":null,"email":null,"phone":null,"country":"CA","language":"en","notes":null,"tags":[],"meta":{},"created_at":"2026-11-30T17:00:57.237407Z","updated_at":"2026-11-30T17:00:57.237407Z","phone_e164":null,"email_normalized":null,"phone_extension":null}');
CREATE TABLE partners_keys (
	seq INTEGER NOT NULL, 
	status TEXT NOT NULL, 
	name TEXT, 
	updated_at TEXT, 
	PRIMARY KEY (seq)
);
INSERT INTO "partners_keys" VALUES(1,'paused','maple street capital uberbruckung 桜','2026-11-30T17:00:57.223698Z');
INSERT INTO "partners_keys" VALUES(2,'active','a builder','2026-11-30T17:00:57.134639Z');
INSERT INTO "partners_keys" VALUES(3,'active','investor 000000000001','2026-11-30T17:00:57.234503Z');
INSERT INTO "partners_keys" VALUES(4,'active','sponsor 000000000001','2026-11-30T17:00:57.237407Z');
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
INSERT INTO "payments" VALUES(1,'pay_01a22d670a476cc1fd6d92a203ef6a51','{"id":"pay_01a22d670a476cc1fd6d92a203ef6a51","created_at":"2026-11-30T17:00:57.287893Z","updated_at":"2026-11-30T17:00:57.287893Z","agreement_id":"agr_01a22d670a24926eed2d3601e0587f83","currency":"CAD","effective_on":"2026-11-30","posted_on":"2026-11-30","note":null,"source_key":"key-9","entry_id":"en_01a22d670a47df1f6ba52ada5622ddd1","distribution_id":"dst_01a22d670a43f2a61c020b79e4b1fc65","partner_ids":null,"amounts":[{"partner_id":"p_01a22d670a12bb0d487431adcc5d591a","amount":100000}]}');
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
INSERT INTO "people" VALUES('per_01a22d670d0e203518e68188bcc34da9','ana@example.com','Ana','operator','disabled','$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$c29tZWhhc2g','2026-11-30T17:00:58.002848Z','dana','2026-11-30T17:00:57.998906Z','2026-11-30T17:00:58.003972Z');
INSERT INTO "people" VALUES('per_01a22d670d151e89b9300aa3bada0be5','dana@example.com','dana','viewer','invited',NULL,NULL,'dana','2026-11-30T17:00:58.005017Z','2026-11-30T17:00:58.005017Z');
CREATE TABLE periods (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	doc TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
INSERT INTO "periods" VALUES(1,'prd_01a22d670a4fc56485b887b90099844c','{"id":"prd_01a22d670a4fc56485b887b90099844c","created_at":"2026-11-30T17:00:57.295883Z","updated_at":"2026-11-30T17:00:57.295883Z","agreement_id":"agr_01a22d670a24926eed2d3601e0587f83","currency":"CAD","effective_on":"2026-10-01","posted_on":"2026-11-30","note":null,"source_key":"key-11","entry_id":"en_01a22d670a4f9a8d4676ed460d08b082","action":"close","through":"2026-10-01"}');
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
INSERT INTO "person_links" VALUES('38525208dd1139de8349d968e44e4c583137ac33dd7feb7bee647df67949bacf','invitation','per_01a22d670d0e203518e68188bcc34da9','dana','2026-11-30T17:00:57.998906Z','2026-12-03T17:00:57.998906Z','2026-11-30T17:00:58.002848Z',NULL);
INSERT INTO "person_links" VALUES('caa38439a3739bbeaae63437d842c8fe1d50b04e05e36c7d8ea30ce87b9ecf30','invitation','per_01a22d670d151e89b9300aa3bada0be5','dana','2026-11-30T17:00:58.005017Z','2026-12-03T17:00:58.005017Z',NULL,NULL);
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
INSERT INTO "properties" VALUES(1,'pr_01a22d6709ea2138d551e62e4ab3560d','{"id":"pr_01a22d6709ea2138d551e62e4ab3560d","address":"12 Oak Ave","country":"CA","region":"ON","city":"Hamilton","postal":null,"status":"tracked","deal_id":null,"owner":null,"listing_url":null,"photos_url":null,"beds":3,"baths":null,"sqft":1400,"lot_sqft":null,"year_built":null,"latitude":43.25,"longitude":-79.87,"property_type":null,"parcel":null,"year_renovated":null,"grade":null,"condition":null,"floors":null,"basement_sqft":null,"view":null,"waterfront":null,"market":null,"tags":[],"meta":{},"created_at":"2026-11-30T17:00:57.193765Z","updated_at":"2026-11-30T17:00:57.492945Z","address_key":"12 oak ave","import_key":null}');
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
INSERT INTO "property_figures" VALUES(1,'tracked','000000000012 oak ave','hamilton',45993802,NULL,'2026-11-30T17:00:57.492945Z',3.0,NULL,1400.0,43.25,-79.87,100025,'CAD');
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
INSERT INTO "ratings" VALUES(1,'pr_01a22d6709ea2138d551e62e4ab3560d','{"property_id":"pr_01a22d6709ea2138d551e62e4ab3560d","score":71,"notes":"quiet","factors":{},"created_at":"2026-11-30T17:00:57.199236Z","updated_at":"2026-11-30T17:00:57.199236Z"}');
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
INSERT INTO "repair_costs" VALUES(1,'uc_cad_1','{"id":"uc_cad_1","currency":"CAD","source":"ours","as_of":"2026-01-31","costs":[{"trade":"scope","item":"cosmetic","unit":"sqft","low":10,"mid":20.5,"high":35,"source":null}],"created_at":"2026-11-30T17:00:57.311091Z","updated_at":"2026-11-30T17:00:57.311091Z","version":1}');
CREATE TABLE repair_rent (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	doc TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
INSERT INTO "repair_rent" VALUES(1,'pr_01a22d6709ea2138d551e62e4ab3560d','{"property_id":"pr_01a22d6709ea2138d551e62e4ab3560d","est_repairs":1000.25,"est_rent":3150,"assumptions":{},"created_at":"2026-11-30T17:00:57.213078Z","updated_at":"2026-11-30T17:00:57.213078Z"}');
CREATE TABLE reversals (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	doc TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
INSERT INTO "reversals" VALUES(1,'rev_01a22d670a36c70dd739c5ccd1f83baa','{"id":"rev_01a22d670a36c70dd739c5ccd1f83baa","created_at":"2026-11-30T17:00:57.270050Z","updated_at":"2026-11-30T17:00:57.270050Z","agreement_id":"agr_01a22d670a24926eed2d3601e0587f83","currency":"CAD","effective_on":"2025-11-30","posted_on":"2026-11-30","note":null,"source_key":"key-5","entry_id":"en_01a22d670a369af5123de56debb12f61","reverses":"en_01a22d670a327c1ed4f6b0f7ce7dbb03","meaning":"never_happened"}');
CREATE TABLE search_entries (
	number INTEGER NOT NULL, 
	kind TEXT NOT NULL, 
	seq BIGINT NOT NULL, 
	words TEXT NOT NULL, 
	PRIMARY KEY (number)
);
INSERT INTO "search_entries" VALUES(1,'deals',1,' 114 elm street off market =deal01a22d6709718774dea070167984f4c7 ');
INSERT INTO "search_entries" VALUES(2,'partners',1,' maple street capital uberbruckung 桜 quick =p01a22d670988cfc0c53dca9b5135b5b8 ');
INSERT INTO "search_entries" VALUES(3,'partners',2,' a builder 416 555 0123 1 =p01a22d6709aefce2aa88ac02cd24ec18 =4165550123 ');
INSERT INTO "search_entries" VALUES(4,'links',1,' jv 50 =lnk01a22d6709bd52fcdee32ce4ae46e9af ');
INSERT INTO "search_entries" VALUES(5,'drafts',1,' 416 555 0123 still looking call me =dr01a22d6709c3c38dba8f1d60736d1b57 =4165550123 ');
INSERT INTO "search_entries" VALUES(6,'drafts',2,' dear dana slow =dr01a22d6709c85b1502cb5945ef18f4a7 ');
INSERT INTO "search_entries" VALUES(7,'sendlog',1,' 416 555 0123 still looking call me =sl01a22d6709ce43377db3c550fa64853a =4165550123 =sm42 ');
INSERT INTO "search_entries" VALUES(8,'properties',1,' 12 oak ave hamilton on =pr01a22d6709ea2138d551e62e4ab3560d ');
INSERT INTO "search_entries" VALUES(9,'appraisals',1,' =apr01a22d670a0f27bc286343e4a90af6d2 ');
INSERT INTO "search_entries" VALUES(10,'partners',3,' investor 1 =p01a22d670a12bb0d487431adcc5d591a ');
INSERT INTO "search_entries" VALUES(11,'partners',4,' sponsor 1 =p01a22d670a15f8e2ce4142c183eb57a5 ');
INSERT INTO "search_entries" VALUES(12,'deals',2,' deal 1 elm street =deal01a22d670a1ee1b00f0c5ef07cdb5282 ');
INSERT INTO "search_entries" VALUES(13,'notes',1,' the seller wants to close in may root =note01a22d670a57aacde0e986c38621ce14 ');
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
INSERT INTO "sendlog" VALUES(1,'sl_01a22d6709ce43377db3c550fa64853a','{"id":"sl_01a22d6709ce43377db3c550fa64853a","created_at":"2026-11-30T17:00:57.166313Z","updated_at":"2026-11-30T17:00:57.166313Z","draft_id":"dr_01a22d6709c3c38dba8f1d60736d1b57","channel":"sms","to":"416-555-0123","to_e164":"+14165550123","subject":null,"body":"Still looking?\nCall me.","deal_id":"deal_01a22d6709718774dea070167984f4c7","contact_id":null,"provider":"twilio","provider_ref":"SM42","sent_at":"2026-11-30T17:00:57.166313Z","meta":{},"to_email":null,"to_extension":null}');
CREATE TABLE sendlog_keys (
	seq INTEGER NOT NULL, 
	channel TEXT NOT NULL, 
	recipient TEXT, 
	sent_at TEXT, 
	PRIMARY KEY (seq)
);
INSERT INTO "sendlog_keys" VALUES(1,'sms','000000000416 000000000555 000000000123','2026-11-30T17:00:57.166313Z');
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
INSERT INTO "statements" VALUES(1,'stm_01a22d670a53207a07705a2fcdd3f762','{"id":"stm_01a22d670a53207a07705a2fcdd3f762","created_at":"2026-11-30T17:00:57.299347Z","updated_at":"2026-11-30T17:00:57.299347Z","kind":"capital_account","agreement_id":"agr_01a22d670a24926eed2d3601e0587f83","agreement_name":"JV 1 p_01a22d670a12bb0d487431adcc5d591a","partner_id":"p_01a22d670a12bb0d487431adcc5d591a","partner_name":"Investor 1","language":"en","currency":"CAD","revision":11,"issued_on":"2026-11-30","period_from":"2025-10-26","period_to":"2026-11-30","distribution_id":null,"capital_account":{"opening":0,"contributed":150000.75,"returned":87999.94,"ending":62000.81,"preferred_paid":12000.06,"preferred_owed":0,"profit_paid":0,"committed":200000,"unfunded":49999.25,"movements":[{"on":"2025-11-30","what":"Contribution","amount":150000.75,"entry_id":"en_01a22d670a2e0b211f08c44a7e084331"},{"on":"2026-11-30","what":"Preferred return","amount":12000.06,"entry_id":"en_01a22d670a43175d1eb875740d8b2a92"},{"on":"2026-11-30","what":"Return of capital","amount":87999.94,"entry_id":"en_01a22d670a43175d1eb875740d8b2a92"}]},"notice":null,"digest":"5883bb7853fed1a1ed50e3aae6a632116bb86f98eecfc2e9da630b541e862d2a"}');
CREATE TABLE store_state (
	"key" TEXT NOT NULL, 
	value TEXT NOT NULL, 
	PRIMARY KEY ("key")
);
INSERT INTO "store_state" VALUES('audit_head','52 d9ac3d95095ede6a2de41bc21ad21a86215895fa28c0284457ab37e65a61c0ea');
INSERT INTO "store_state" VALUES('adopted_at','2026-11-30T17:00:56.980593Z');
INSERT INTO "store_state" VALUES('store_id','store_01a22d670914c58be9c316e9cac77795');
INSERT INTO "store_state" VALUES('derived:deals_keys','{"version": 3845064931, "after": 0, "corrected": 0, "done": true}');
INSERT INTO "store_state" VALUES('derived:property_figures','{"version": 278280055, "after": 0, "corrected": 0, "done": true}');
INSERT INTO "store_state" VALUES('derived:partners_keys','{"version": 3515851849, "after": 0, "corrected": 0, "done": true}');
INSERT INTO "store_state" VALUES('derived:links_keys','{"version": 2114836209, "after": 0, "corrected": 0, "done": true}');
INSERT INTO "store_state" VALUES('derived:drafts_keys','{"version": 3098482098, "after": 0, "corrected": 0, "done": true}');
INSERT INTO "store_state" VALUES('derived:sendlog_keys','{"version": 773234848, "after": 0, "corrected": 0, "done": true}');
INSERT INTO "store_state" VALUES('derived:properties.address_key','{"version": 2, "after": 0, "corrected": 0, "done": true}');
INSERT INTO "store_state" VALUES('derived:property_figures.values','{"version": 1, "after": 0, "corrected": 0, "done": true}');
INSERT INTO "store_state" VALUES('derived:property_figures.repairs','{"version": 1, "after": 0, "corrected": 0, "done": true}');
INSERT INTO "store_state" VALUES('derived:market_sales.keys','{"version": 2001, "after": 0, "corrected": 0, "done": true}');
INSERT INTO "store_state" VALUES('derived:partners.contacts','{"version": 1, "after": 0, "corrected": 0, "done": true}');
INSERT INTO "store_state" VALUES('derived:drafts.recipient','{"version": 1, "after": 0, "corrected": 0, "done": true}');
INSERT INTO "store_state" VALUES('derived:sendlog.recipient','{"version": 1, "after": 0, "corrected": 0, "done": true}');
INSERT INTO "store_state" VALUES('derived:rent_comps.city_key','{"version": 1, "after": 0, "corrected": 0, "done": true}');
INSERT INTO "store_state" VALUES('search_index','{"rules": "765aecbb708779b0", "after": {"deals": 0, "appraisals": 0, "properties": 0, "partners": 0, "links": 0, "drafts": 0, "sendlog": 0, "notes": 0}, "done": true}');
INSERT INTO "store_state" VALUES('jobs_known','2026-11-30T17:00:56.996242Z');
INSERT INTO "store_state" VALUES('cursor_key','8926161baf225abf330ce8cf4d2f8dfb');
INSERT INTO "store_state" VALUES('job:idempotency-keys','{"begun": "2026-11-30T17:00:57.012233Z", "done": "2026-11-30T17:00:57.013286Z", "failed": null}');
INSERT INTO "store_state" VALUES('job:leases','{"begun": "2026-11-30T17:00:57.019458Z", "done": "2026-11-30T17:00:57.021479Z", "failed": null}');
INSERT INTO "store_state" VALUES('job:audit-chain','{"begun": "2026-11-30T17:00:57.031972Z", "done": "2026-11-30T17:00:57.036772Z", "failed": null}');
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
INSERT INTO "transactions" VALUES(1,'txn_01a22d670a390eae61b0486d27f4d388','{"id":"txn_01a22d670a390eae61b0486d27f4d388","created_at":"2026-11-30T17:00:57.273382Z","updated_at":"2026-11-30T17:00:57.273382Z","agreement_id":"agr_01a22d670a24926eed2d3601e0587f83","currency":"CAD","effective_on":"2026-02-03","posted_on":"2026-11-30","note":null,"source_key":"key-6","entry_id":"en_01a22d670a39abe4a1a01c9c798350b9","kind":"purchase","deal_id":"deal_01a22d670a1ee1b00f0c5ef07cdb5282","amount":90000.5,"cost":null,"interest":null,"loan":null}');
INSERT INTO "transactions" VALUES(2,'txn_01a22d670a3cc6a7dc185d46af9fd8de','{"id":"txn_01a22d670a3cc6a7dc185d46af9fd8de","created_at":"2026-11-30T17:00:57.276881Z","updated_at":"2026-11-30T17:00:57.276881Z","agreement_id":"agr_01a22d670a24926eed2d3601e0587f83","currency":"CAD","effective_on":"2026-10-31","posted_on":"2026-11-30","note":null,"source_key":"key-7","entry_id":"en_01a22d670a3c052ea2da562a8d51f32b","kind":"sale","deal_id":"deal_01a22d670a1ee1b00f0c5ef07cdb5282","amount":120000,"cost":90000.5,"interest":null,"loan":null}');
CREATE TABLE valuations (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	doc TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
INSERT INTO "valuations" VALUES(1,'val_01a22d670cd798a92c6755c026cbcb63','{"id":"val_01a22d670cd798a92c6755c026cbcb63","kind":"as_is","as_of":"2026-11-01","market":"hamilton","to_deal":false,"notes":null,"created_at":"2026-11-30T17:00:57.943524Z","updated_at":"2026-11-30T17:00:57.943524Z","property_id":"pr_01a22d6709ea2138d551e62e4ab3560d","currency":"CAD","value":459938.02,"intervals":[{"percent":50,"low":415681.05,"high":508906.96},{"percent":80,"low":379501.67,"high":557423.06},{"percent":90,"low":359374.03,"high":588642.94}],"fsd":0.15,"confidence":"medium","typical_value":null,"drivers":[],"opinions":[{"method":"comparable sales","value":459938.02,"weight":1.0}],"comps":[{"sale_id":"sale_21","close_date":"2026-03-15","price":460010.0,"distance_km":0.324,"adjusted_price":459883.08,"weight":0.065971078},{"sale_id":"sale_18","close_date":"2026-09-15","price":452508.5,"distance_km":0.275,"adjusted_price":459799.29,"weight":0.065521425},{"sale_id":"sale_22","close_date":"2026-04-15","price":462510.5,"distance_km":0.34,"adjusted_price":459922.63,"weight":0.058852598},{"sale_id":"sale_3","close_date":"2026-03-15","price":415001.0,"distance_km":0.032,"adjusted_price":460011.37,"weight":0.053124463},{"sale_id":"sale_23","close_date":"2026-05-15","price":465011.0,"distance_km":0.356,"adjusted_price":459965.86,"weight":0.052116772},{"sale_id":"sale_20","close_date":"2026-02-15","price":457509.5,"distance_km":0.308,"adjusted_price":459849.75,"weight":0.050533241},{"sale_id":"sale_17","close_date":"2026-08-15","price":450008.0,"distance_km":0.259,"adjusted_price":459779.29,"weight":0.050472631},{"sale_id":"sale_5","close_date":"2026-05-15","price":420002.0,"distance_km":0.065,"adjusted_price":459914.27,"weight":0.047078215},{"sale_id":"sale_24","close_date":"2026-06-15","price":467511.5,"distance_km":0.373,"adjusted_price":460011.87,"weight":0.046128635},{"sale_id":"sale_6","close_date":"2026-06-15","price":422502.5,"distance_km":0.081,"adjusted_price":459873.87,"weight":0.044591393},{"sale_id":"sale_8","close_date":"2026-08-15","price":427503.5,"distance_km":0.113,"adjusted_price":459808.3,"weight":0.040869831},{"sale_id":"sale_25","close_date":"2026-07-15","price":470012.0,"distance_km":0.389,"adjusted_price":460060.63,"weight":0.040644038},{"sale_id":"sale_9","close_date":"2026-09-15","price":430004.0,"distance_km":0.13,"adjusted_price":459783.72,"weight":0.03973703},{"sale_id":"sale_16","close_date":"2026-07-15","price":447507.5,"distance_km":0.243,"adjusted_price":459763.66,"weight":0.039415272},{"sale_id":"sale_19","close_date":"2026-01-15","price":455009.0,"distance_km":0.292,"adjusted_price":459822.39,"weight":0.037493822},{"sale_id":"sale_26","close_date":"2026-08-15","price":472512.5,"distance_km":0.405,"adjusted_price":460112.45,"weight":0.035941726},{"sale_id":"sale_27","close_date":"2026-09-15","price":475013.0,"distance_km":0.421,"adjusted_price":460167.75,"weight":0.03196601},{"sale_id":"sale_15","close_date":"2026-06-15","price":445007.0,"distance_km":0.227,"adjusted_price":459752.03,"weight":0.031625318},{"sale_id":"sale_14","close_date":"2026-05-15","price":442506.5,"distance_km":0.211,"adjusted_price":459744.13,"weight":0.026134281},{"sale_id":"sale_13","close_date":"2026-04-15","price":440006.0,"distance_km":0.194,"adjusted_price":459740.01,"weight":0.022462844},{"sale_id":"sale_12","close_date":"2026-03-15","price":437505.5,"distance_km":0.178,"adjusted_price":459740.6,"weight":0.019976887},{"sale_id":"sale_11","close_date":"2026-02-15","price":435005.0,"distance_km":0.162,"adjusted_price":459748.47,"weight":0.018561778},{"sale_id":"sale_29","close_date":"2026-02-15","price":480014.0,"distance_km":0.454,"adjusted_price":460286.13,"weight":0.011694432},{"sale_id":"sale_30","close_date":"2026-03-15","price":482514.5,"distance_km":0.47,"adjusted_price":460352.15,"weight":0.010749491},{"sale_id":"sale_36","close_date":"2026-09-15","price":497517.5,"distance_km":0.567,"adjusted_price":460816.72,"weight":0.010545322},{"sale_id":"sale_31","close_date":"2026-04-15","price":485015.0,"distance_km":0.486,"adjusted_price":460423.59,"weight":0.010057542},{"sale_id":"sale_35","close_date":"2026-08-15","price":495017.0,"distance_km":0.551,"adjusted_price":460733.28,"weight":0.009681083},{"sale_id":"sale_32","close_date":"2026-05-15","price":487515.5,"distance_km":0.502,"adjusted_price":460497.91,"weight":0.009524571},{"sale_id":"sale_34","close_date":"2026-07-15","price":492516.5,"distance_km":0.535,"adjusted_price":460652.6,"weight":0.009269525},{"sale_id":"sale_33","close_date":"2026-06-15","price":490016.0,"distance_km":0.518,"adjusted_price":460574.25,"weight":0.009258747}],"search":[{"widened":null,"max_days":183,"radius_km":0.8,"max_size_difference":0.2,"found":19,"sentence":"19 sales closed within 183 days, within 0.8 km, with a living area within 20 %"},{"widened":"time","max_days":365,"radius_km":0.8,"max_size_difference":0.2,"found":37,"sentence":"37 sales closed within 365 days, within 0.8 km, with a living area within 20 %"}],"appraisals":[{"appraisal_id":"apr_01a22d670a0f27bc286343e4a90af6d2","value":540000.0,"date":"2026-01-31","who":null,"difference_percent":-14.8}],"assumptions":[],"cautions":["no model for this market: the value is from comparable sales alone, and its interval is not calibrated","not adjusted for bedrooms: the same in all sales, among 38 sales in this market that closed before 2026-11-01","excluded manually: sale_7"],"subject":{"latitude":43.25,"longitude":-79.87,"living_sqft":1400.0,"beds":3.0},"placed_by":"coordinates","model_id":null,"model_version":null,"program":"0.8.0","trained_until":null,"data_revision":3,"data_fingerprint":"898af6d54fe190b65d339f791fdaa2c7e9d2f07703851fa26b026e55359159fe","deal_id":null}');
CREATE TABLE views (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	doc TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
INSERT INTO "views" VALUES(1,'view_01a22d670a5a7716c69d302e0b394e7b','{"id":"view_01a22d670a5a7716c69d302e0b394e7b","list":"deals","name":"Leads by price","query":"status=lead&sort=-price","shared":false,"status":"active","meta":{},"created_at":"2026-11-30T17:00:57.306389Z","updated_at":"2026-11-30T17:00:57.306389Z","owner":"root"}');
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
INSERT INTO search_words(search_words) VALUES('rebuild');
COMMIT;
