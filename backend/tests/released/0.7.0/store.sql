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
INSERT INTO "access_tokens" VALUES('office-toronto','4952ff0d31645a8eab234dbb41a72386a90bc47cb8554330cb22345ded9176ee','operator','2026-11-29T17:05:13.031223Z',NULL,NULL,NULL,'2027-11-29T17:05:13.031223Z',NULL,NULL,NULL,31536000);
INSERT INTO "access_tokens" VALUES('gone','0915ba37e4aedff34b5792809f6b064191bcfe7dd1f3aba2c743320e70f2fb39','viewer','2026-11-29T17:05:13.034887Z','2026-11-29T17:05:13.036961Z',NULL,NULL,'2027-11-29T17:05:13.034887Z',NULL,NULL,NULL,31536000);
CREATE TABLE account_readings (
	account TEXT NOT NULL, 
	read_until TEXT, 
	began_at TEXT, 
	next_url TEXT, 
	finished_at TEXT, 
	PRIMARY KEY (account)
);
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0007');
CREATE TABLE appraisals (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	doc TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
INSERT INTO "appraisals" VALUES(1,'apr_01a22844923d9ecd0011955a07ab418c','{"id":"apr_01a22844923d9ecd0011955a07ab418c","market":"hamilton","property_id":"pr_01a228449212abddd82b2704aefcc9fb","parcel":null,"address":null,"value":540000,"currency":"CAD","date":"2026-01-31","appraiser":null,"source":null,"purpose":null,"notes":null,"meta":{},"created_at":"2026-11-29T17:05:12.253082Z","updated_at":"2026-11-29T17:05:12.253082Z","import_key":null}');
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
INSERT INTO "audit_events" VALUES(1,'ev_01a2284491a46429d1e3baeea610f956','2026-11-29T17:05:12.098488Z','root','api','deal.created','deal','deal_01a2284491a27f3e820530c406bd6b77','done',NULL,'fab53c8855eff8d2','{"*":{"id":"deal_01a2284491a27f3e820530c406bd6b77","name":"114 Elm Street","status":"lead","strategy":null,"owner":null,"next_action":null,"next_action_date":null,"lost_reason":null,"address":null,"property_id":null,"price":412000,"arv":null,"est_repairs":68500.5,"est_rent":null,"currency":"CAD","offer_date":null,"offer_expiry_date":null,"contract_date":null,"inspection_date":null,"financing_date":null,"close_date":null,"notes":null,"tags":["off-market"],"meta":{},"created_at":"2026-11-29T17:05:12.098488Z","updated_at":"2026-11-29T17:05:12.098488Z","stage_history":[{"status":"lead","at":"2026-11-29T17:05:12.098488Z","by":"root"}]}}','f764bbd4d2fa76d10c42caff01ade9a97a77a823d7f5d5887554aa44877f1da3');
INSERT INTO "audit_events" VALUES(2,'ev_01a2284491b0da8cfd6137e14442efb4','2026-11-29T17:05:12.110316Z','root','api','partner.created','partner','p_01a2284491aebd770b99b3f3f4852b26','done',NULL,'6b268067e0907a13','{"*":{"id":"p_01a2284491aebd770b99b3f3f4852b26","name":"Maple Street Capital – Überbrückung 桜","role":"lender","roles":["lender"],"status":"active","owner":null,"email":null,"phone":null,"country":"CA","notes":null,"tags":["quick","cash"],"meta":{},"created_at":"2026-11-29T17:05:12.110316Z","updated_at":"2026-11-29T17:05:12.110316Z","phone_e164":null,"email_normalized":null,"phone_extension":null}}','cc83a76c9933a7a36f8a30fdcfcd38f840a1b1fe7554de54739279900abf8d3a');
INSERT INTO "audit_events" VALUES(3,'ev_01a2284491d730acdb09e0cfadaaebba','2026-11-29T17:05:12.150694Z','root','api','partner.created','partner','p_01a2284491d67715075d4a9a581e15a3','done',NULL,'2c92f0d83fa72ff2','{"*":{"id":"p_01a2284491d67715075d4a9a581e15a3","name":"A builder","role":"gc","roles":["gc"],"status":"active","owner":null,"email":null,"phone":"416-555-0123","country":"CA","notes":"=1+1","tags":[],"meta":{"rate":1.5e-7},"created_at":"2026-11-29T17:05:12.150694Z","updated_at":"2026-11-29T17:05:12.150694Z","phone_e164":"+14165550123","email_normalized":null,"phone_extension":null}}','8e3181e0e5697ed8b38ab4795dfbca8c8f0f9b798b2f6ec29aa5b55bfca822f5');
INSERT INTO "audit_events" VALUES(4,'ev_01a2284491e23219554ad7cbc92e4eb8','2026-11-29T17:05:12.161638Z','root','api','link.created','link','lnk_01a2284491e1a26c0e9a0fbf1a4a8826','done',NULL,'55819d81fa5da7b6','{"*":{"id":"lnk_01a2284491e1a26c0e9a0fbf1a4a8826","partner_id":"p_01a2284491aebd770b99b3f3f4852b26","deal_id":"deal_01a2284491a27f3e820530c406bd6b77","relationship":"JV","split_notes":"50/50","status":"active","meta":{},"created_at":"2026-11-29T17:05:12.161638Z","updated_at":"2026-11-29T17:05:12.161638Z"}}','af188d32fe8f449000fae032b76572237321300fcf4a08bfa8b8a4d2efe1bc92');
INSERT INTO "audit_events" VALUES(5,'ev_01a2284491ea6713095c5b00665b2792','2026-11-29T17:05:12.169125Z','root','api','draft.created','draft','dr_01a2284491e9bf0df48f6becc873b459','done',NULL,'abcc89a3f4b0d97c','{"*":{"id":"dr_01a2284491e9bf0df48f6becc873b459","channel":"sms","status":"draft","to":"416-555-0123","subject":null,"body":"Still looking?\nCall me.","deal_id":"deal_01a2284491a27f3e820530c406bd6b77","contact_id":null,"tone":null,"tags":[],"meta":{},"created_at":"2026-11-29T17:05:12.169125Z","updated_at":"2026-11-29T17:05:12.169125Z","to_e164":"+14165550123","sent_at":null,"to_email":null,"to_extension":null,"delivery_id":null}}','2483fbb50edd8068086a36015348300352d69d121fb38de1cad901aab4aa146a');
INSERT INTO "audit_events" VALUES(6,'ev_01a2284491ef363b751eb33d505b042e','2026-11-29T17:05:12.175436Z','root','api','draft.created','draft','dr_01a2284491efe1092f6733330e72ca02','done',NULL,'fb25c5ae7413c542','{"*":{"id":"dr_01a2284491efe1092f6733330e72ca02","channel":"letter","status":"draft","to":null,"subject":null,"body":"Dear Dana","deal_id":null,"contact_id":null,"tone":null,"tags":["slow"],"meta":{"big":4611686018427387904,"deep":[{"a":null}]},"created_at":"2026-11-29T17:05:12.175436Z","updated_at":"2026-11-29T17:05:12.175436Z","to_e164":null,"sent_at":null,"to_email":null,"to_extension":null,"delivery_id":null}}','423bdc2f04a0465f7958f0681605ec70c4ebf27d73d2b8c651d23860957fd077');
INSERT INTO "audit_events" VALUES(7,'ev_01a2284491f79e65bae1b61ec542fc77','2026-11-29T17:05:12.182481Z','root','api','send-log entry.created','send-log entry','sl_01a2284491f6eb692464e459422bfb6e','done',NULL,'93472f494bb6e13d','{"*":{"id":"sl_01a2284491f6eb692464e459422bfb6e","created_at":"2026-11-29T17:05:12.182481Z","updated_at":"2026-11-29T17:05:12.182481Z","draft_id":"dr_01a2284491e9bf0df48f6becc873b459","channel":"sms","to":"416-555-0123","to_e164":"+14165550123","subject":null,"body":"Still looking?\nCall me.","deal_id":"deal_01a2284491a27f3e820530c406bd6b77","contact_id":null,"provider":"twilio","provider_ref":"SM42","sent_at":"2026-11-29T17:05:12.182481Z","meta":{},"to_email":null,"to_extension":null}}','239eb767f73438c896c3826dc2802215ff122f9e28dd1aa536155a15356512a3');
INSERT INTO "audit_events" VALUES(8,'ev_01a2284491f8e98f09fcf75de58c2cea','2026-11-29T17:05:12.182481Z','root','api','draft.sent','draft','dr_01a2284491e9bf0df48f6becc873b459','done',NULL,'93472f494bb6e13d','{"status":{"before":"draft","after":"sent"},"sent_at":{"before":null,"after":"2026-11-29T17:05:12.182481Z"}}','21342ee74dd9ca0480dc8734f6607be07126db048e7ec7ccb12cb33a81f77a23');
INSERT INTO "audit_events" VALUES(9,'ev_01a2284492008e9f1d517d3fffba38e2','2026-11-29T17:05:12.192861Z','root','api','PATCH /core/comms/drafts/dr_01a2284491e9bf0df48f6becc873b459','draft','dr_01a2284491e9bf0df48f6becc873b459','refused','409 body cannot change: this draft was sent, and the send log records its content','bde477f8cc8cc26b','{}','c6eb56b88678d17f7c9969af6c49beca00086c218187c806d75d0b50210b0271');
INSERT INTO "audit_events" VALUES(10,'ev_01a22844920572f8ebf0a640c0d04db9','2026-11-29T17:05:12.196871Z','root','api','opt-out.created','opt-out','oo_01a228449205ecea422c6b9e63b3cd5f','done',NULL,'0ecbcb678147306f','{"*":{"id":"oo_01a228449205ecea422c6b9e63b3cd5f","created_at":"2026-11-29T17:05:12.196871Z","updated_at":"2026-11-29T17:05:12.196871Z","address":"+14165550199","channel":"sms","scope":"company","source":"person","since":"2026-11-29T17:05:12.196871Z","note":"Asked on the phone.","ended_at":null,"ended_by":null,"ended_reason":null}}','655996cd0d0842c7a1b6fa4ee6c33d6bbc0f01468c36f6389398e467bfd1988e');
INSERT INTO "audit_events" VALUES(11,'ev_01a2284492051e6009a8a41ac36fad7a','2026-11-29T17:05:12.196871Z','root','api','opt-out.created','opt-out','oo_01a228449205cca63b14f9842fea3065','done',NULL,'0ecbcb678147306f','{"*":{"id":"oo_01a228449205cca63b14f9842fea3065","created_at":"2026-11-29T17:05:12.196871Z","updated_at":"2026-11-29T17:05:12.196871Z","address":"+14165550199","channel":"call","scope":"company","source":"person","since":"2026-11-29T17:05:12.196871Z","note":"Asked on the phone.","ended_at":null,"ended_by":null,"ended_reason":null}}','e8e6ecbbd5aea30f786daa8f0f156ee66ec59d761fbd950a0718c73d4228da73');
INSERT INTO "audit_events" VALUES(12,'ev_01a22844920ceaea96500e9e49a857b0','2026-11-29T17:05:12.204162Z','root','api','consent.created','consent','cs_01a22844920cfc4e0c99d0d0946f783e','done',NULL,'9942540cb91f6021','{"*":{"id":"cs_01a22844920cfc4e0c99d0d0946f783e","created_at":"2026-11-29T17:05:12.204162Z","updated_at":"2026-11-29T17:05:12.204162Z","address":"+14165550123","channel":"sms","scope":"company","kind":"express","until":null,"obtained_on":"2026-01-31","source":"web form","note":null}}','9877b50b18737fda94f1b509f572b4a47ee76acb3de7ca679bb8fe6b1fd3c819');
INSERT INTO "audit_events" VALUES(13,'ev_01a22844921487dbe922117f84e476cf','2026-11-29T17:05:12.209841Z','root','api','property.created','property','pr_01a228449212abddd82b2704aefcc9fb','done',NULL,'39325a11eac95cd4','{"*":{"id":"pr_01a228449212abddd82b2704aefcc9fb","address":"12 Oak Ave","country":"CA","region":"ON","city":"Hamilton","postal":null,"status":"tracked","deal_id":null,"owner":null,"listing_url":null,"photos_url":null,"beds":null,"baths":null,"sqft":null,"lot_sqft":null,"year_built":null,"latitude":43.25,"longitude":-79.87,"property_type":null,"parcel":null,"year_renovated":null,"grade":null,"condition":null,"floors":null,"basement_sqft":null,"view":null,"waterfront":null,"market":null,"tags":[],"meta":{},"created_at":"2026-11-29T17:05:12.209841Z","updated_at":"2026-11-29T17:05:12.209841Z","address_key":"12 oak ave","import_key":null}}','b558e6b9c9845bd4cc60f954b097b3b0306adc52a1a3653064d0946278193867');
INSERT INTO "audit_events" VALUES(14,'ev_01a22844921c16f62cc5e6aad8b569a7','2026-11-29T17:05:12.219921Z','root','api','rating.created','rating','pr_01a228449212abddd82b2704aefcc9fb','done',NULL,'f7b27cf5d081c1a6','{"*":{"property_id":"pr_01a228449212abddd82b2704aefcc9fb","score":71,"notes":"quiet","factors":{},"created_at":"2026-11-29T17:05:12.219921Z","updated_at":"2026-11-29T17:05:12.219921Z"}}','8301d7a592b06bf459eb8347cb0674a2a5401e7112040d47e4dd37cba6606e25');
INSERT INTO "audit_events" VALUES(15,'ev_01a228449225dababb954b84d9b85830','2026-11-29T17:05:12.229427Z','root','api','comps.created','comps','pr_01a228449212abddd82b2704aefcc9fb','done',NULL,'ad6d07f1cfecdee3','{"*":{"property_id":"pr_01a228449212abddd82b2704aefcc9fb","radius_km":1.5,"beds":3,"baths":null,"notes":"no sales are loaded, so there is nothing to compare this property with: `valhalla market import-sales` loads some from a file, `valhalla market sync` from an MLS","as_of":"2026-11-29","max_days":null,"market":null,"pinned":[],"excluded":[],"created_at":"2026-11-29T17:05:12.229427Z","updated_at":"2026-11-29T17:05:12.229427Z","ok":true,"comps":[],"message":"no sales are loaded, so there is nothing to compare this property with: `valhalla market import-sales` loads some from a file, `valhalla market sync` from an MLS","currency":null,"value":null,"search":[],"rates":[],"index_source":null,"subject":{},"placed_by":null,"cautions":[],"data_revision":null,"data_fingerprint":null,"prior_sales":[]}}','3817d5d40677588fe2bd507b9eaf3b00f568af075abb0bb733b7322f881d8ea5');
INSERT INTO "audit_events" VALUES(16,'ev_01a22844922b21dbf40c2a20b5bcc45c','2026-11-29T17:05:12.235205Z','root','api','repair-rent estimate.created','repair-rent estimate','pr_01a228449212abddd82b2704aefcc9fb','done',NULL,'e4db04e6b4ca22da','{"*":{"property_id":"pr_01a228449212abddd82b2704aefcc9fb","est_repairs":1000.25,"est_rent":3150,"assumptions":{},"created_at":"2026-11-29T17:05:12.235205Z","updated_at":"2026-11-29T17:05:12.235205Z"}}','2d4e94f5130b090c13d67f61cac4a2facd54a7b36cb8a2f6b9e06cb610cb55c7');
INSERT INTO "audit_events" VALUES(17,'ev_01a228449233f21637294082ddeac717','2026-11-29T17:05:12.241442Z','root','api','partner.changed','partner','p_01a2284491aebd770b99b3f3f4852b26','done',NULL,'b6fc9530a757dbce','{"status":{"before":"active","after":"paused"},"tags":{"before":["quick","cash"],"after":["quick"]}}','e15282bcca24faca4319035fc295a188790fae4589ebeedf626597ec5d40e0e7');
INSERT INTO "audit_events" VALUES(18,'ev_01a228449238a9930e1da57e46cc8785','2026-11-29T17:05:12.248235Z','root','api','market.created','market','hamilton','done',NULL,'12540895e872b4cb','{"*":{"name":"hamilton","country":"CA","currency":"CAD","notes":null,"index_series":null,"neighborhood_weights":{},"neighborhood_crime":false,"meta":{},"created_at":"2026-11-29T17:05:12.248235Z","updated_at":"2026-11-29T17:05:12.248235Z"}}','d8c253102b4c606ec9e7695999b64b1b49781d4a1f7bad2934dc4e5ed5fa26ca');
INSERT INTO "audit_events" VALUES(19,'ev_01a22844923d96836f6b9f06f97195ed','2026-11-29T17:05:12.253082Z','root','api','appraisal.created','appraisal','apr_01a22844923d9ecd0011955a07ab418c','done',NULL,'39ece35a1d623ee0','{"*":{"id":"apr_01a22844923d9ecd0011955a07ab418c","market":"hamilton","property_id":"pr_01a228449212abddd82b2704aefcc9fb","parcel":null,"address":null,"value":540000,"currency":"CAD","date":"2026-01-31","appraiser":null,"source":null,"purpose":null,"notes":null,"meta":{},"created_at":"2026-11-29T17:05:12.253082Z","updated_at":"2026-11-29T17:05:12.253082Z","import_key":null}}','6f852fa8b337692b979649d62b54cb08fa8c51da5e00b1db24bd3db71a2c9129');
INSERT INTO "audit_events" VALUES(20,'ev_01a22844924355b1b64bc974e78a6638','2026-11-29T17:05:12.258978Z','root','api','note.created','note','note_01a228449242211e8efeabac3cff02c6','done',NULL,'83a4a3ccd6fc173d','{"*":{"id":"note_01a228449242211e8efeabac3cff02c6","entity":"deal","entity_id":"deal_01a2284491a27f3e820530c406bd6b77","text":"The seller wants to close in May.","date":"2026-03-20","status":"active","meta":{},"created_at":"2026-11-29T17:05:12.258978Z","updated_at":"2026-11-29T17:05:12.258978Z","author":"root"}}','33654340aafb94445974990f4c5a418adf1e335a9378b228546bfe8c57dc3f70');
INSERT INTO "audit_events" VALUES(21,'ev_01a22844924a2f4c9f8281b0de0229b7','2026-11-29T17:05:12.264915Z','root','api','view.created','view','view_01a2284492484ad8e425e83846c476e3','done',NULL,'2d66b9b33a2409f5','{"*":{"id":"view_01a2284492484ad8e425e83846c476e3","list":"deals","name":"Leads by price","query":"status=lead&sort=-price","shared":false,"status":"active","meta":{},"created_at":"2026-11-29T17:05:12.264915Z","updated_at":"2026-11-29T17:05:12.264915Z","owner":"root"}}','772307e0a15a28284d4224c239243c0599ef630df9baf2e65055b818530c4040');
INSERT INTO "audit_events" VALUES(22,'ev_01a228449252abe20838668e4391998f','2026-11-29T17:05:12.273643Z','root','api','unit costs.created','unit costs','uc_cad_1','done',NULL,'c2cd029fa5d001b0','{"*":{"id":"uc_cad_1","currency":"CAD","source":"ours","as_of":"2026-01-31","costs":[{"trade":"scope","item":"cosmetic","unit":"sqft","low":10,"mid":20.5,"high":35,"source":null}],"created_at":"2026-11-29T17:05:12.273643Z","updated_at":"2026-11-29T17:05:12.273643Z","version":1}}','b5f308aadc9f7ea1cfffa4380248a10d17f91257a3d6e48d00512e456106c8ae');
INSERT INTO "audit_events" VALUES(23,'ev_01a22844929d49e1e69cf9fda6e33583','2026-11-29T17:05:12.340893Z','dana','cli','market.sales_imported','market','hamilton','done',NULL,NULL,'{"source": {"before": null, "after": "county"}, "stored": {"before": null, "after": 40}, "updated": {"before": null, "after": 0}, "revision": {"before": null, "after": 1}}','284695b6be66014d7da1dd5f98e383b4c77562284376bdeeeb1a2c34825e9627');
INSERT INTO "audit_events" VALUES(24,'ev_01a22844929fd757e0bb004f3ea31776','2026-11-29T17:05:12.351437Z','dana','cli','market.sales_removed','market','hamilton','done',NULL,NULL,'{"source": {"before": null, "after": "county"}, "removed": {"before": null, "after": 1}, "reason": {"before": null, "after": "taken back"}, "revision": {"before": null, "after": 2}, "keys": {"before": null, "after": ["p3"]}}','e7b18c501d0921e242b0af32844dd857a4c719092c2324d7b8123faf7181994d');
INSERT INTO "audit_events" VALUES(25,'ev_01a2284492a1cd8760a0b68b1ca34f53','2026-11-29T17:05:12.353509Z','dana','cli','sale.flagged','sale','sale_1','done',NULL,NULL,'{"market": {"before": null, "after": "hamilton"}, "reason": {"before": null, "after": "sold to a cousin"}, "usable": {"before": null, "after": 0}}','7f9fc90400fd7a0f04cbfe23838d689968e455e265a0c78525fca47865c51457');
INSERT INTO "audit_events" VALUES(26,'ev_01a22844932f619f34792517206a6516','2026-11-29T17:05:12.493206Z','root','api','property.changed','property','pr_01a228449212abddd82b2704aefcc9fb','done',NULL,'f268f7f0b225fc8b','{"beds":{"before":null,"after":3},"sqft":{"before":null,"after":1400}}','648b60f6966af8b8c3f82f38d505b5c839d91ede6ae10547fe843753adcf1d7a');
INSERT INTO "audit_events" VALUES(27,'ev_01a2284494f53908e1674cdf4aa8a676','2026-11-29T17:05:12.946996Z','root','api','comps.changed','comps','pr_01a228449212abddd82b2704aefcc9fb','done',NULL,'9042fa7958898ba1','{"radius_km":{"before":1.5,"after":2},"beds":{"before":3,"after":null},"notes":{"before":"no sales are loaded, so there is nothing to compare this property with: `valhalla market import-sales` loads some from a file, `valhalla market sync` from an MLS","after":"30 comparable sales; 37 sales closed within 365 days, within 0.8 km, with a living area within 20 %"},"as_of":{"before":"2026-11-29","after":"2026-11-01"},"market":{"before":null,"after":"hamilton"},"excluded":{"before":[],"after":["sale_7"]},"comps":{"before":[],"after":[{"rank":1,"sale_id":"sale_21","address":null,"parcel":"p20","latitude":43.25,"longitude":-79.866,"living_sqft":1400.5,"price":460010.0,"close_date":"2026-03-15","priced_on":"2026-03-15","days":231,"distance_km":0.324,"similarity":0.9987,"adjustments":[{"name":"time","label":"time, 2026-03-15 to 2026-11-01","subject":null,"sale":null,"difference":7.59,"rate":-0.48,"rate_error":3100.42,"unit":"month","amount":-3.66,"standard_error":23530.59,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1400.5,"difference":-0.5,"rate":246.52,"rate_error":0.8,"unit":"sq ft","amount":-123.26,"standard_error":0.4,"source":"rates"}],"net":-126.92,"gross":126.92,"net_percent":-0.0,"gross_percent":0.0,"adjusted_price":459883.08,"standard_error":44657.26,"weight":0.065971078,"pinned":false,"warnings":[]},{"rank":2,"sale_id":"sale_18","address":null,"parcel":"p17","latitude":43.25,"longitude":-79.8666,"living_sqft":1370.5,"price":452508.5,"close_date":"2026-09-15","priced_on":"2026-09-15","days":47,"distance_km":0.275,"similarity":0.9232,"adjustments":[{"name":"time","label":"time, 2026-09-15 to 2026-11-01","subject":null,"sale":null,"difference":1.54,"rate":0.08,"rate_error":4246.53,"unit":"month","amount":0.13,"standard_error":6557.41,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1370.5,"difference":29.5,"rate":247.141,"rate_error":0.8014,"unit":"sq ft","amount":7290.66,"standard_error":23.64,"source":"rates"}],"net":7290.79,"gross":7290.79,"net_percent":1.6,"gross_percent":1.6,"adjusted_price":459799.29,"standard_error":39311.3,"weight":0.065521425,"pinned":false,"warnings":[]},{"rank":3,"sale_id":"sale_22","address":null,"parcel":"p21","latitude":43.25,"longitude":-79.86580000000001,"living_sqft":1410.5,"price":462510.5,"close_date":"2026-04-15","priced_on":"2026-04-15","days":200,"distance_km":0.34,"similarity":0.9724,"adjustments":[{"name":"time","label":"time, 2026-04-15 to 2026-11-01","subject":null,"sale":null,"difference":6.57,"rate":-0.22,"rate_error":3181.6,"unit":"month","amount":-1.47,"standard_error":20906.19,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1410.5,"difference":-10.5,"rate":246.3238,"rate_error":0.7905,"unit":"sq ft","amount":-2586.4,"standard_error":8.3,"source":"rates"}],"net":-2587.87,"gross":2587.87,"net_percent":-0.6,"gross_percent":0.6,"adjusted_price":459922.63,"standard_error":43797.78,"weight":0.058852598,"pinned":false,"warnings":[]},{"rank":4,"sale_id":"sale_3","address":null,"parcel":"p2","latitude":43.25,"longitude":-79.8696,"living_sqft":1220.5,"price":415001.0,"close_date":"2026-03-15","priced_on":"2026-03-15","days":231,"distance_km":0.032,"similarity":0.5976,"adjustments":[{"name":"time","label":"time, 2026-03-15 to 2026-11-01","subject":null,"sale":null,"difference":7.59,"rate":-0.46,"rate_error":3101.29,"unit":"month","amount":-3.47,"standard_error":23537.16,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1220.5,"difference":179.5,"rate":250.7735,"rate_error":0.8491,"unit":"sq ft","amount":45013.84,"standard_error":152.41,"source":"rates"}],"net":45010.37,"gross":45017.31,"net_percent":10.8,"gross_percent":10.8,"adjusted_price":460011.37,"standard_error":47973.72,"weight":0.053124463,"pinned":false,"warnings":[]},{"rank":5,"sale_id":"sale_23","address":null,"parcel":"p22","latitude":43.25,"longitude":-79.8656,"living_sqft":1420.5,"price":465011.0,"close_date":"2026-05-15","priced_on":"2026-05-15","days":170,"distance_km":0.356,"similarity":0.9469,"adjustments":[{"name":"time","label":"time, 2026-05-15 to 2026-11-01","subject":null,"sale":null,"difference":5.59,"rate":0.09,"rate_error":3274.15,"unit":"month","amount":0.5,"standard_error":18287.21,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1420.5,"difference":-20.5,"rate":246.1288,"rate_error":0.7878,"unit":"sq ft","amount":-5045.64,"standard_error":16.15,"source":"rates"}],"net":-5045.14,"gross":5046.14,"net_percent":-1.1,"gross_percent":1.1,"adjusted_price":459965.86,"standard_error":43069.46,"weight":0.052116772,"pinned":false,"warnings":[]},{"rank":6,"sale_id":"sale_20","address":null,"parcel":"p19","latitude":43.25,"longitude":-79.8662,"living_sqft":1390.5,"price":457509.5,"close_date":"2026-02-15","priced_on":"2026-02-15","days":259,"distance_km":0.308,"similarity":0.9748,"adjustments":[{"name":"time","label":"time, 2026-02-15 to 2026-11-01","subject":null,"sale":null,"difference":8.51,"rate":-0.43,"rate_error":3041.13,"unit":"month","amount":-3.63,"standard_error":25878.23,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1390.5,"difference":9.5,"rate":246.7242,"rate_error":0.7958,"unit":"sq ft","amount":2343.88,"standard_error":7.56,"source":"rates"}],"net":2340.25,"gross":2347.51,"net_percent":0.5,"gross_percent":0.5,"adjusted_price":459849.75,"standard_error":46144.85,"weight":0.050533241,"pinned":false,"warnings":[]},{"rank":7,"sale_id":"sale_17","address":null,"parcel":"p16","latitude":43.25,"longitude":-79.8668,"living_sqft":1360.5,"price":450008.0,"close_date":"2026-08-15","priced_on":"2026-08-15","days":78,"distance_km":0.259,"similarity":0.8982,"adjustments":[{"name":"time","label":"time, 2026-08-15 to 2026-11-01","subject":null,"sale":null,"difference":2.56,"rate":0.31,"rate_error":3779.49,"unit":"month","amount":0.79,"standard_error":9685.63,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1360.5,"difference":39.5,"rate":247.3544,"rate_error":0.8043,"unit":"sq ft","amount":9770.5,"standard_error":31.77,"source":"rates"}],"net":9771.29,"gross":9771.29,"net_percent":2.2,"gross_percent":2.2,"adjusted_price":459779.29,"standard_error":40207.23,"weight":0.050472631,"pinned":false,"warnings":[]},{"rank":8,"sale_id":"sale_5","address":null,"parcel":"p4","latitude":43.25,"longitude":-79.8692,"living_sqft":1240.5,"price":420002.0,"close_date":"2026-05-15","priced_on":"2026-05-15","days":170,"distance_km":0.065,"similarity":0.6351,"adjustments":[{"name":"time","label":"time, 2026-05-15 to 2026-11-01","subject":null,"sale":null,"difference":5.59,"rate":0.08,"rate_error":3273.78,"unit":"month","amount":0.47,"standard_error":18285.16,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1240.5,"difference":159.5,"rate":250.2307,"rate_error":0.8422,"unit":"sq ft","amount":39911.8,"standard_error":134.33,"source":"rates"}],"net":39912.27,"gross":39912.27,"net_percent":9.5,"gross_percent":9.5,"adjusted_price":459914.27,"standard_error":45348.76,"weight":0.047078215,"pinned":false,"warnings":[]},{"rank":9,"sale_id":"sale_24","address":null,"parcel":"p23","latitude":43.25,"longitude":-79.86540000000001,"living_sqft":1430.5,"price":467511.5,"close_date":"2026-06-15","priced_on":"2026-06-15","days":139,"distance_km":0.373,"similarity":0.9223,"adjustments":[{"name":"time","label":"time, 2026-06-15 to 2026-11-01","subject":null,"sale":null,"difference":4.57,"rate":0.32,"rate_error":3394.62,"unit":"month","amount":1.44,"standard_error":15502.64,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1430.5,"difference":-30.5,"rate":245.9367,"rate_error":0.7849,"unit":"sq ft","amount":-7501.07,"standard_error":23.94,"source":"rates"}],"net":-7499.63,"gross":7502.51,"net_percent":-1.6,"gross_percent":1.6,"adjusted_price":460011.87,"standard_error":42415.74,"weight":0.046128635,"pinned":false,"warnings":[]},{"rank":10,"sale_id":"sale_6","address":null,"parcel":"p5","latitude":43.25,"longitude":-79.869,"living_sqft":1250.5,"price":422502.5,"close_date":"2026-06-15","priced_on":"2026-06-15","days":139,"distance_km":0.081,"similarity":0.6546,"adjustments":[{"name":"time","label":"time, 2026-06-15 to 2026-11-01","subject":null,"sale":null,"difference":4.57,"rate":0.3,"rate_error":3393.6,"unit":"month","amount":1.37,"standard_error":15497.99,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1250.5,"difference":149.5,"rate":249.9666,"rate_error":0.8388,"unit":"sq ft","amount":37370.0,"standard_error":125.4,"source":"rates"}],"net":37371.37,"gross":37371.37,"net_percent":8.8,"gross_percent":8.8,"adjusted_price":459873.87,"standard_error":44145.95,"weight":0.044591393,"pinned":false,"warnings":[]},{"rank":11,"sale_id":"sale_8","address":null,"parcel":"p7","latitude":43.25,"longitude":-79.8686,"living_sqft":1270.5,"price":427503.5,"close_date":"2026-08-15","priced_on":"2026-08-15","days":78,"distance_km":0.113,"similarity":0.6947,"adjustments":[{"name":"time","label":"time, 2026-08-15 to 2026-11-01","subject":null,"sale":null,"difference":2.56,"rate":0.3,"rate_error":3779.73,"unit":"month","amount":0.77,"standard_error":9686.24,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1270.5,"difference":129.5,"rate":249.452,"rate_error":0.8322,"unit":"sq ft","amount":32304.03,"standard_error":107.77,"source":"rates"}],"net":32304.8,"gross":32304.8,"net_percent":7.6,"gross_percent":7.6,"adjusted_price":459808.3,"standard_error":42117.11,"weight":0.040869831,"pinned":false,"warnings":[]},{"rank":12,"sale_id":"sale_25","address":null,"parcel":"p24","latitude":43.25,"longitude":-79.8652,"living_sqft":1440.5,"price":470012.0,"close_date":"2026-07-15","priced_on":"2026-07-15","days":109,"distance_km":0.389,"similarity":0.8985,"adjustments":[{"name":"time","label":"time, 2026-07-15 to 2026-11-01","subject":null,"sale":null,"difference":3.58,"rate":0.39,"rate_error":3544.42,"unit":"month","amount":1.41,"standard_error":12693.2,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1440.5,"difference":-40.5,"rate":245.7477,"rate_error":0.7822,"unit":"sq ft","amount":-9952.78,"standard_error":31.68,"source":"rates"}],"net":-9951.37,"gross":9954.19,"net_percent":-2.1,"gross_percent":2.1,"adjusted_price":460060.63,"standard_error":41916.12,"weight":0.040644038,"pinned":false,"warnings":[]},{"rank":13,"sale_id":"sale_9","address":null,"parcel":"p8","latitude":43.25,"longitude":-79.86840000000001,"living_sqft":1280.5,"price":430004.0,"close_date":"2026-09-15","priced_on":"2026-09-15","days":47,"distance_km":0.13,"similarity":0.7155,"adjustments":[{"name":"time","label":"time, 2026-09-15 to 2026-11-01","subject":null,"sale":null,"difference":1.54,"rate":0.08,"rate_error":4246.39,"unit":"month","amount":0.13,"standard_error":6557.19,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1280.5,"difference":119.5,"rate":249.2016,"rate_error":0.829,"unit":"sq ft","amount":29779.59,"standard_error":99.06,"source":"rates"}],"net":29779.72,"gross":29779.72,"net_percent":6.9,"gross_percent":6.9,"adjusted_price":459783.72,"standard_error":41326.25,"weight":0.03973703,"pinned":false,"warnings":[]},{"rank":14,"sale_id":"sale_16","address":null,"parcel":"p15","latitude":43.25,"longitude":-79.867,"living_sqft":1350.5,"price":447507.5,"close_date":"2026-07-15","priced_on":"2026-07-15","days":109,"distance_km":0.243,"similarity":0.8736,"adjustments":[{"name":"time","label":"time, 2026-07-15 to 2026-11-01","subject":null,"sale":null,"difference":3.58,"rate":0.39,"rate_error":3542.13,"unit":"month","amount":1.38,"standard_error":12685.0,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1350.5,"difference":49.5,"rate":247.5713,"rate_error":0.8073,"unit":"sq ft","amount":12254.78,"standard_error":39.96,"source":"rates"}],"net":12256.16,"gross":12256.16,"net_percent":2.7,"gross_percent":2.7,"adjusted_price":459763.66,"standard_error":41274.03,"weight":0.039415272,"pinned":false,"warnings":[]},{"rank":15,"sale_id":"sale_19","address":null,"parcel":"p18","latitude":43.25,"longitude":-79.8664,"living_sqft":1380.5,"price":455009.0,"close_date":"2026-01-15","priced_on":"2026-01-15","days":290,"distance_km":0.292,"similarity":0.9487,"adjustments":[{"name":"time","label":"time, 2026-01-15 to 2026-11-01","subject":null,"sale":null,"difference":9.53,"rate":-0.19,"rate_error":2978.11,"unit":"month","amount":-1.77,"standard_error":28375.19,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1380.5,"difference":19.5,"rate":246.9313,"rate_error":0.7985,"unit":"sq ft","amount":4815.16,"standard_error":15.57,"source":"rates"}],"net":4813.39,"gross":4816.93,"net_percent":1.1,"gross_percent":1.1,"adjusted_price":459822.39,"standard_error":47817.15,"weight":0.037493822,"pinned":false,"warnings":[]},{"rank":16,"sale_id":"sale_26","address":null,"parcel":"p25","latitude":43.25,"longitude":-79.86500000000001,"living_sqft":1450.5,"price":472512.5,"close_date":"2026-08-15","priced_on":"2026-08-15","days":78,"distance_km":0.405,"similarity":0.8755,"adjustments":[{"name":"time","label":"time, 2026-08-15 to 2026-11-01","subject":null,"sale":null,"difference":2.56,"rate":0.32,"rate_error":3782.23,"unit":"month","amount":0.81,"standard_error":9692.65,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1450.5,"difference":-50.5,"rate":245.5616,"rate_error":0.7796,"unit":"sq ft","amount":-12400.86,"standard_error":39.37,"source":"rates"}],"net":-12400.05,"gross":12401.67,"net_percent":-2.6,"gross_percent":2.6,"adjusted_price":460112.45,"standard_error":41542.67,"weight":0.035941726,"pinned":false,"warnings":[]},{"rank":17,"sale_id":"sale_27","address":null,"parcel":"p26","latitude":43.25,"longitude":-79.8648,"living_sqft":1460.5,"price":475013.0,"close_date":"2026-09-15","priced_on":"2026-09-15","days":47,"distance_km":0.421,"similarity":0.8532,"adjustments":[{"name":"time","label":"time, 2026-09-15 to 2026-11-01","subject":null,"sale":null,"difference":1.54,"rate":0.09,"rate_error":4249.94,"unit":"month","amount":0.14,"standard_error":6562.67,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1460.5,"difference":-60.5,"rate":245.3783,"rate_error":0.777,"unit":"sq ft","amount":-14845.39,"standard_error":47.01,"source":"rates"}],"net":-14845.25,"gross":14845.53,"net_percent":-3.1,"gross_percent":3.1,"adjusted_price":460167.75,"standard_error":41350.74,"weight":0.03196601,"pinned":false,"warnings":[]},{"rank":18,"sale_id":"sale_15","address":null,"parcel":"p14","latitude":43.25,"longitude":-79.86720000000001,"living_sqft":1340.5,"price":445007.0,"close_date":"2026-06-15","priced_on":"2026-06-15","days":139,"distance_km":0.227,"similarity":0.8496,"adjustments":[{"name":"time","label":"time, 2026-06-15 to 2026-11-01","subject":null,"sale":null,"difference":4.57,"rate":0.31,"rate_error":3392.7,"unit":"month","amount":1.4,"standard_error":15493.88,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1340.5,"difference":59.5,"rate":247.7921,"rate_error":0.8103,"unit":"sq ft","amount":14743.63,"standard_error":48.21,"source":"rates"}],"net":14745.03,"gross":14745.03,"net_percent":3.3,"gross_percent":3.3,"adjusted_price":459752.03,"standard_error":42449.01,"weight":0.031625318,"pinned":false,"warnings":[]},{"rank":19,"sale_id":"sale_14","address":null,"parcel":"p13","latitude":43.25,"longitude":-79.8674,"living_sqft":1330.5,"price":442506.5,"close_date":"2026-05-15","priced_on":"2026-05-15","days":170,"distance_km":0.211,"similarity":0.8261,"adjustments":[{"name":"time","label":"time, 2026-05-15 to 2026-11-01","subject":null,"sale":null,"difference":5.59,"rate":0.09,"rate_error":3272.57,"unit":"month","amount":0.49,"standard_error":18278.4,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1330.5,"difference":69.5,"rate":248.0164,"rate_error":0.8132,"unit":"sq ft","amount":17237.14,"standard_error":56.52,"source":"rates"}],"net":17237.63,"gross":17237.63,"net_percent":3.9,"gross_percent":3.9,"adjusted_price":459744.13,"standard_error":43755.9,"weight":0.026134281,"pinned":false,"warnings":[]},{"rank":20,"sale_id":"sale_13","address":null,"parcel":"p12","latitude":43.25,"longitude":-79.86760000000001,"living_sqft":1320.5,"price":440006.0,"close_date":"2026-04-15","priced_on":"2026-04-15","days":200,"distance_km":0.194,"similarity":0.803,"adjustments":[{"name":"time","label":"time, 2026-04-15 to 2026-11-01","subject":null,"sale":null,"difference":6.57,"rate":-0.22,"rate_error":3180.33,"unit":"month","amount":-1.43,"standard_error":20897.89,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1320.5,"difference":79.5,"rate":248.2445,"rate_error":0.8164,"unit":"sq ft","amount":19735.44,"standard_error":64.9,"source":"rates"}],"net":19734.01,"gross":19736.87,"net_percent":4.5,"gross_percent":4.5,"adjusted_price":459740.01,"standard_error":45113.46,"weight":0.022462844,"pinned":false,"warnings":[]},{"rank":21,"sale_id":"sale_12","address":null,"parcel":"p11","latitude":43.25,"longitude":-79.8678,"living_sqft":1310.5,"price":437505.5,"close_date":"2026-03-15","priced_on":"2026-03-15","days":231,"distance_km":0.178,"similarity":0.7804,"adjustments":[{"name":"time","label":"time, 2026-03-15 to 2026-11-01","subject":null,"sale":null,"difference":7.59,"rate":-0.47,"rate_error":3099.46,"unit":"month","amount":-3.56,"standard_error":23523.3,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1310.5,"difference":89.5,"rate":248.4766,"rate_error":0.8194,"unit":"sq ft","amount":22238.66,"standard_error":73.34,"source":"rates"}],"net":22235.1,"gross":22242.22,"net_percent":5.1,"gross_percent":5.1,"adjusted_price":459740.6,"standard_error":46575.58,"weight":0.019976887,"pinned":false,"warnings":[]},{"rank":22,"sale_id":"sale_11","address":null,"parcel":"p10","latitude":43.25,"longitude":-79.86800000000001,"living_sqft":1300.5,"price":435005.0,"close_date":"2026-02-15","priced_on":"2026-02-15","days":259,"distance_km":0.162,"similarity":0.7583,"adjustments":[{"name":"time","label":"time, 2026-02-15 to 2026-11-01","subject":null,"sale":null,"difference":8.51,"rate":-0.42,"rate_error":3040.46,"unit":"month","amount":-3.54,"standard_error":25872.53,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1300.5,"difference":99.5,"rate":248.7137,"rate_error":0.8225,"unit":"sq ft","amount":24747.01,"standard_error":81.84,"source":"rates"}],"net":24743.47,"gross":24750.55,"net_percent":5.7,"gross_percent":5.7,"adjusted_price":459748.47,"standard_error":47981.24,"weight":0.018561778,"pinned":false,"warnings":[]},{"rank":23,"sale_id":"sale_29","address":null,"parcel":"p28","latitude":43.25,"longitude":-79.8644,"living_sqft":1480.5,"price":480014.0,"close_date":"2026-02-15","priced_on":"2026-02-15","days":259,"distance_km":0.454,"similarity":0.8108,"adjustments":[{"name":"time","label":"time, 2026-02-15 to 2026-11-01","subject":null,"sale":null,"difference":8.51,"rate":-0.44,"rate_error":3044.02,"unit":"month","amount":-3.72,"standard_error":25902.79,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1480.5,"difference":-80.5,"rate":245.0205,"rate_error":0.7719,"unit":"sq ft","amount":-19724.15,"standard_error":62.14,"source":"rates"}],"net":-19727.87,"gross":19727.87,"net_percent":-4.1,"gross_percent":4.1,"adjusted_price":460286.13,"standard_error":49038.24,"weight":0.011694432,"pinned":false,"warnings":[]},{"rank":24,"sale_id":"sale_30","address":null,"parcel":"p29","latitude":43.25,"longitude":-79.86420000000001,"living_sqft":1490.5,"price":482514.5,"close_date":"2026-03-15","priced_on":"2026-03-15","days":231,"distance_km":0.47,"similarity":0.7905,"adjustments":[{"name":"time","label":"time, 2026-03-15 to 2026-11-01","subject":null,"sale":null,"difference":7.59,"rate":-0.49,"rate_error":3103.59,"unit":"month","amount":-3.75,"standard_error":23554.6,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1490.5,"difference":-90.5,"rate":244.8464,"rate_error":0.7694,"unit":"sq ft","amount":-22158.6,"standard_error":69.63,"source":"rates"}],"net":-22162.35,"gross":22162.35,"net_percent":-4.6,"gross_percent":4.6,"adjusted_price":460352.15,"standard_error":48173.87,"weight":0.010749491,"pinned":false,"warnings":[]},{"rank":25,"sale_id":"sale_36","address":null,"parcel":"p35","latitude":43.25,"longitude":-79.863,"living_sqft":1550.5,"price":497517.5,"close_date":"2026-09-15","priced_on":"2026-09-15","days":47,"distance_km":0.567,"similarity":0.6817,"adjustments":[{"name":"time","label":"time, 2026-09-15 to 2026-11-01","subject":null,"sale":null,"difference":1.54,"rate":0.09,"rate_error":4255.93,"unit":"month","amount":0.14,"standard_error":6571.92,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1550.5,"difference":-150.5,"rate":243.8599,"rate_error":0.7549,"unit":"sq ft","amount":-36700.92,"standard_error":113.61,"source":"rates"}],"net":-36700.78,"gross":36701.06,"net_percent":-7.4,"gross_percent":7.4,"adjusted_price":460816.72,"standard_error":44546.2,"weight":0.010545322,"pinned":false,"warnings":[]},{"rank":26,"sale_id":"sale_31","address":null,"parcel":"p30","latitude":43.25,"longitude":-79.864,"living_sqft":1500.5,"price":485015.0,"close_date":"2026-04-15","priced_on":"2026-04-15","days":200,"distance_km":0.486,"similarity":0.7709,"adjustments":[{"name":"time","label":"time, 2026-04-15 to 2026-11-01","subject":null,"sale":null,"difference":6.57,"rate":-0.23,"rate_error":3185.06,"unit":"month","amount":-1.5,"standard_error":20928.96,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1500.5,"difference":-100.5,"rate":244.6757,"rate_error":0.7669,"unit":"sq ft","amount":-24589.91,"standard_error":77.07,"source":"rates"}],"net":-24591.41,"gross":24591.41,"net_percent":-5.1,"gross_percent":5.1,"adjusted_price":460423.59,"standard_error":47277.57,"weight":0.010057542,"pinned":false,"warnings":[]},{"rank":27,"sale_id":"sale_35","address":null,"parcel":"p34","latitude":43.25,"longitude":-79.8632,"living_sqft":1540.5,"price":495017.0,"close_date":"2026-08-15","priced_on":"2026-08-15","days":78,"distance_km":0.551,"similarity":0.6985,"adjustments":[{"name":"time","label":"time, 2026-08-15 to 2026-11-01","subject":null,"sale":null,"difference":2.56,"rate":0.32,"rate_error":3787.33,"unit":"month","amount":0.83,"standard_error":9705.73,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1540.5,"difference":-140.5,"rate":244.0181,"rate_error":0.7573,"unit":"sq ft","amount":-34284.55,"standard_error":106.4,"source":"rates"}],"net":-34283.72,"gross":34285.38,"net_percent":-6.9,"gross_percent":6.9,"adjusted_price":460733.28,"standard_error":44811.77,"weight":0.009681083,"pinned":false,"warnings":[]},{"rank":28,"sale_id":"sale_32","address":null,"parcel":"p31","latitude":43.25,"longitude":-79.8638,"living_sqft":1510.5,"price":487515.5,"close_date":"2026-05-15","priced_on":"2026-05-15","days":170,"distance_km":0.502,"similarity":0.752,"adjustments":[{"name":"time","label":"time, 2026-05-15 to 2026-11-01","subject":null,"sale":null,"difference":5.59,"rate":0.09,"rate_error":3277.94,"unit":"month","amount":0.51,"standard_error":18308.37,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1510.5,"difference":-110.5,"rate":244.5077,"rate_error":0.7644,"unit":"sq ft","amount":-27018.1,"standard_error":84.47,"source":"rates"}],"net":-27017.59,"gross":27018.61,"net_percent":-5.5,"gross_percent":5.5,"adjusted_price":460497.91,"standard_error":46505.23,"weight":0.009524571,"pinned":false,"warnings":[]},{"rank":29,"sale_id":"sale_34","address":null,"parcel":"p33","latitude":43.25,"longitude":-79.8634,"living_sqft":1530.5,"price":492516.5,"close_date":"2026-07-15","priced_on":"2026-07-15","days":109,"distance_km":0.535,"similarity":0.7157,"adjustments":[{"name":"time","label":"time, 2026-07-15 to 2026-11-01","subject":null,"sale":null,"difference":3.58,"rate":0.4,"rate_error":3548.98,"unit":"month","amount":1.45,"standard_error":12709.53,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1530.5,"difference":-130.5,"rate":244.1789,"rate_error":0.7596,"unit":"sq ft","amount":-31865.35,"standard_error":99.13,"source":"rates"}],"net":-31863.9,"gross":31866.8,"net_percent":-6.5,"gross_percent":6.5,"adjusted_price":460652.6,"standard_error":45248.36,"weight":0.009269525,"pinned":false,"warnings":[]},{"rank":30,"sale_id":"sale_33","address":null,"parcel":"p32","latitude":43.25,"longitude":-79.8636,"living_sqft":1520.5,"price":490016.0,"close_date":"2026-06-15","priced_on":"2026-06-15","days":139,"distance_km":0.518,"similarity":0.7336,"adjustments":[{"name":"time","label":"time, 2026-06-15 to 2026-11-01","subject":null,"sale":null,"difference":4.57,"rate":0.32,"rate_error":3398.77,"unit":"month","amount":1.47,"standard_error":15521.59,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1520.5,"difference":-120.5,"rate":244.3421,"rate_error":0.7621,"unit":"sq ft","amount":-29443.22,"standard_error":91.83,"source":"rates"}],"net":-29441.75,"gross":29444.69,"net_percent":-6.0,"gross_percent":6.0,"adjusted_price":460574.25,"standard_error":45804.24,"weight":0.009258747,"pinned":false,"warnings":[]}]},"message":{"before":"no sales are loaded, so there is nothing to compare this property with: `valhalla market import-sales` loads some from a file, `valhalla market sync` from an MLS","after":"30 comparable sales; 37 sales closed within 365 days, within 0.8 km, with a living area within 20 %"},"currency":{"before":null,"after":"CAD"},"value":{"before":null,"after":{"value":459938.02,"low":418987.05,"high":504891.45,"standard_error":33467.25,"comps":30}},"search":{"before":[],"after":[{"widened":null,"max_days":183,"radius_km":0.8,"max_size_difference":0.2,"found":19,"sentence":"19 sales closed within 183 days, within 0.8 km, with a living area within 20 %"},{"widened":"time","max_days":365,"radius_km":0.8,"max_size_difference":0.2,"found":37,"sentence":"37 sales closed within 365 days, within 0.8 km, with a living area within 20 %"}]},"rates":{"before":[],"after":[{"name":"living_sqft","unit":"sq ft","percent":0.0534,"standard_error":0.0002,"sales":38,"source":"regression on 38 sales in this market that closed before 2026-11-01, each compared with its 12 nearest neighbors"},{"name":"lot_sqft","unit":"sq ft","percent":null,"standard_error":null,"sales":0,"source":"no rate: unknown for all sales, among 38 sales in this market that closed before 2026-11-01"},{"name":"beds","unit":"bedroom","percent":null,"standard_error":null,"sales":0,"source":"no rate: the same in all sales, among 38 sales in this market that closed before 2026-11-01"},{"name":"baths","unit":"bathroom","percent":null,"standard_error":null,"sales":0,"source":"no rate: unknown for all sales, among 38 sales in this market that closed before 2026-11-01"},{"name":"age","unit":"year","percent":null,"standard_error":null,"sales":0,"source":"no rate: the same in all sales, among 38 sales in this market that closed before 2026-11-01"},{"name":"grade","unit":"step","percent":null,"standard_error":null,"sales":0,"source":"no rate: unknown for all sales, among 38 sales in this market that closed before 2026-11-01"},{"name":"condition","unit":"step","percent":null,"standard_error":null,"sales":0,"source":"no rate: unknown for all sales, among 38 sales in this market that closed before 2026-11-01"},{"name":"renovated","unit":"new renovation","percent":null,"standard_error":null,"sales":0,"source":"no rate: the same in all sales, among 38 sales in this market that closed before 2026-11-01"},{"name":"basement_sqft","unit":"sq ft","percent":null,"standard_error":null,"sales":0,"source":"no rate: unknown for all sales, among 38 sales in this market that closed before 2026-11-01"},{"name":"floors","unit":"floor","percent":null,"standard_error":null,"sales":0,"source":"no rate: unknown for all sales, among 38 sales in this market that closed before 2026-11-01"},{"name":"view","unit":"step","percent":null,"standard_error":null,"sales":0,"source":"no rate: unknown for all sales, among 38 sales in this market that closed before 2026-11-01"},{"name":"waterfront","unit":"step","percent":null,"standard_error":null,"sales":0,"source":"no rate: unknown for all sales, among 38 sales in this market that closed before 2026-11-01"}]},"index_source":{"before":null,"after":"38 sales of this market agreed 2026-01-15 to 2026-09-15"},"subject":{"before":{},"after":{"latitude":43.25,"longitude":-79.87,"living_sqft":1400.0,"beds":3.0}},"placed_by":{"before":null,"after":"coordinates"},"cautions":{"before":[],"after":["not adjusted for bedrooms: the same in all sales, among 38 sales in this market that closed before 2026-11-01"]},"data_revision":{"before":null,"after":3},"data_fingerprint":{"before":null,"after":"898af6d54fe190b65d339f791fdaa2c7e9d2f07703851fa26b026e55359159fe"}}','83d7faee9e055ebecc45c21c54f8a4c00b53e0632b755dcaedc2bf132241394a');
INSERT INTO "audit_events" VALUES(28,'ev_01a22844950d1c5d2fe36de1b068e0a5','2026-11-29T17:05:12.972158Z','root','api','valuation.created','valuation','val_01a22844950c58bfc2cee653fe4de713','done',NULL,'9e6f53a5c2c0c8b9','{"*":{"id":"val_01a22844950c58bfc2cee653fe4de713","kind":"as_is","as_of":"2026-11-01","market":"hamilton","to_deal":false,"notes":null,"created_at":"2026-11-29T17:05:12.972158Z","updated_at":"2026-11-29T17:05:12.972158Z","property_id":"pr_01a228449212abddd82b2704aefcc9fb","currency":"CAD","value":459938.02,"intervals":[{"percent":50,"low":415681.05,"high":508906.96},{"percent":80,"low":379501.67,"high":557423.06},{"percent":90,"low":359374.03,"high":588642.94}],"fsd":0.15,"confidence":"medium","typical_value":null,"drivers":[],"opinions":[{"method":"comparable sales","value":459938.02,"weight":1.0}],"comps":[{"sale_id":"sale_21","close_date":"2026-03-15","price":460010.0,"distance_km":0.324,"adjusted_price":459883.08,"weight":0.065971078},{"sale_id":"sale_18","close_date":"2026-09-15","price":452508.5,"distance_km":0.275,"adjusted_price":459799.29,"weight":0.065521425},{"sale_id":"sale_22","close_date":"2026-04-15","price":462510.5,"distance_km":0.34,"adjusted_price":459922.63,"weight":0.058852598},{"sale_id":"sale_3","close_date":"2026-03-15","price":415001.0,"distance_km":0.032,"adjusted_price":460011.37,"weight":0.053124463},{"sale_id":"sale_23","close_date":"2026-05-15","price":465011.0,"distance_km":0.356,"adjusted_price":459965.86,"weight":0.052116772},{"sale_id":"sale_20","close_date":"2026-02-15","price":457509.5,"distance_km":0.308,"adjusted_price":459849.75,"weight":0.050533241},{"sale_id":"sale_17","close_date":"2026-08-15","price":450008.0,"distance_km":0.259,"adjusted_price":459779.29,"weight":0.050472631},{"sale_id":"sale_5","close_date":"2026-05-15","price":420002.0,"distance_km":0.065,"adjusted_price":459914.27,"weight":0.047078215},{"sale_id":"sale_24","close_date":"2026-06-15","price":467511.5,"distance_km":0.373,"adjusted_price":460011.87,"weight":0.046128635},{"sale_id":"sale_6","close_date":"2026-06-15","price":422502.5,"distance_km":0.081,"adjusted_price":459873.87,"weight":0.044591393},{"sale_id":"sale_8","close_date":"2026-08-15","price":427503.5,"distance_km":0.113,"adjusted_price":459808.3,"weight":0.040869831},{"sale_id":"sale_25","close_date":"2026-07-15","price":470012.0,"distance_km":0.389,"adjusted_price":460060.63,"weight":0.040644038},{"sale_id":"sale_9","close_date":"2026-09-15","price":430004.0,"distance_km":0.13,"adjusted_price":459783.72,"weight":0.03973703},{"sale_id":"sale_16","close_date":"2026-07-15","price":447507.5,"distance_km":0.243,"adjusted_price":459763.66,"weight":0.039415272},{"sale_id":"sale_19","close_date":"2026-01-15","price":455009.0,"distance_km":0.292,"adjusted_price":459822.39,"weight":0.037493822},{"sale_id":"sale_26","close_date":"2026-08-15","price":472512.5,"distance_km":0.405,"adjusted_price":460112.45,"weight":0.035941726},{"sale_id":"sale_27","close_date":"2026-09-15","price":475013.0,"distance_km":0.421,"adjusted_price":460167.75,"weight":0.03196601},{"sale_id":"sale_15","close_date":"2026-06-15","price":445007.0,"distance_km":0.227,"adjusted_price":459752.03,"weight":0.031625318},{"sale_id":"sale_14","close_date":"2026-05-15","price":442506.5,"distance_km":0.211,"adjusted_price":459744.13,"weight":0.026134281},{"sale_id":"sale_13","close_date":"2026-04-15","price":440006.0,"distance_km":0.194,"adjusted_price":459740.01,"weight":0.022462844},{"sale_id":"sale_12","close_date":"2026-03-15","price":437505.5,"distance_km":0.178,"adjusted_price":459740.6,"weight":0.019976887},{"sale_id":"sale_11","close_date":"2026-02-15","price":435005.0,"distance_km":0.162,"adjusted_price":459748.47,"weight":0.018561778},{"sale_id":"sale_29","close_date":"2026-02-15","price":480014.0,"distance_km":0.454,"adjusted_price":460286.13,"weight":0.011694432},{"sale_id":"sale_30","close_date":"2026-03-15","price":482514.5,"distance_km":0.47,"adjusted_price":460352.15,"weight":0.010749491},{"sale_id":"sale_36","close_date":"2026-09-15","price":497517.5,"distance_km":0.567,"adjusted_price":460816.72,"weight":0.010545322},{"sale_id":"sale_31","close_date":"2026-04-15","price":485015.0,"distance_km":0.486,"adjusted_price":460423.59,"weight":0.010057542},{"sale_id":"sale_35","close_date":"2026-08-15","price":495017.0,"distance_km":0.551,"adjusted_price":460733.28,"weight":0.009681083},{"sale_id":"sale_32","close_date":"2026-05-15","price":487515.5,"distance_km":0.502,"adjusted_price":460497.91,"weight":0.009524571},{"sale_id":"sale_34","close_date":"2026-07-15","price":492516.5,"distance_km":0.535,"adjusted_price":460652.6,"weight":0.009269525},{"sale_id":"sale_33","close_date":"2026-06-15","price":490016.0,"distance_km":0.518,"adjusted_price":460574.25,"weight":0.009258747}],"search":[{"widened":null,"max_days":183,"radius_km":0.8,"max_size_difference":0.2,"found":19,"sentence":"19 sales closed within 183 days, within 0.8 km, with a living area within 20 %"},{"widened":"time","max_days":365,"radius_km":0.8,"max_size_difference":0.2,"found":37,"sentence":"37 sales closed within 365 days, within 0.8 km, with a living area within 20 %"}],"appraisals":[{"appraisal_id":"apr_01a22844923d9ecd0011955a07ab418c","value":540000.0,"date":"2026-01-31","who":null,"difference_percent":-14.8}],"assumptions":[],"cautions":["no model for this market: the value is from comparable sales alone, and its interval is not calibrated","not adjusted for bedrooms: the same in all sales, among 38 sales in this market that closed before 2026-11-01","excluded manually: sale_7"],"subject":{"latitude":43.25,"longitude":-79.87,"living_sqft":1400.0,"beds":3.0},"placed_by":"coordinates","model_id":null,"model_version":null,"program":"0.7.0","trained_until":null,"data_revision":3,"data_fingerprint":"898af6d54fe190b65d339f791fdaa2c7e9d2f07703851fa26b026e55359159fe","deal_id":null}}','f15db443a65e64acc95918d6d3e81f87342d26de4a5aa175b93b7c6d8683ba8a');
INSERT INTO "audit_events" VALUES(29,'ev_01a2284495489fcaf172ea397b105383','2026-11-29T17:05:13.031223Z','dana','cli','token.created','token','office-toronto','done',NULL,NULL,'{"role": {"before": null, "after": "operator"}, "expires_at": {"before": null, "after": "2027-11-29T17:05:13.031223Z"}}','6c94e06c858c5ee3e5d2cc8d7572e91c85bdf0407e896a14563149a95b8b457b');
INSERT INTO "audit_events" VALUES(30,'ev_01a22844954b82fb9b6f76b4cd744590','2026-11-29T17:05:13.034887Z','dana','cli','token.created','token','gone','done',NULL,NULL,'{"role": {"before": null, "after": "viewer"}, "expires_at": {"before": null, "after": "2027-11-29T17:05:13.034887Z"}}','f1682cfb5b97c089c429f1669c832d90267954bdc4a038638daa798c3c19b5f3');
INSERT INTO "audit_events" VALUES(31,'ev_01a22844954e0c896cd6e30492430b25','2026-11-29T17:05:13.036961Z','dana','cli','token.revoked','token','gone','done',NULL,NULL,'{"revoked_at": {"before": null, "after": "2026-11-29T17:05:13.036961Z"}}','4932be732795f8306f73de46b43cae47de96abe372f488d5086408a380f59960');
INSERT INTO "audit_events" VALUES(32,'ev_01a228449550548dc4b2248aa22d8c9e','2026-11-29T17:05:13.039536Z','dana','cli','person.invited','person','per_01a22844954fd0b9b71dfaa8f3ecd7e1','done',NULL,NULL,'{"email": {"before": null, "after": "ana@example.com"}, "name": {"before": null, "after": "ana"}, "role": {"before": null, "after": "operator"}}','3abd67b63aed32e14f6e8dba259a671b093a3e590a08c13c1688bb9eccaa1a00');
INSERT INTO "audit_events" VALUES(33,'ev_01a2284495517dbb18edb16a3883fc4a','2026-11-29T17:05:13.039536Z','dana','cli','person.invitation_created','person','per_01a22844954fd0b9b71dfaa8f3ecd7e1','done',NULL,NULL,'{"expires_at": {"before": null, "after": "2026-12-02T17:05:13.039536Z"}}','a72728aaa64bbc1c1e7492f27f805102ca6fef6f43c7d3a44882402713df6818');
INSERT INTO "audit_events" VALUES(34,'ev_01a2284495540ca5d65eaf7cbb338bce','2026-11-29T17:05:13.043449Z','dana','cli','person.joined','person','per_01a22844954fd0b9b71dfaa8f3ecd7e1','done',NULL,NULL,'{"email": {"before": null, "after": "ana@example.com"}, "name": {"before": null, "after": "Ana"}}','2a5b0ec9c7af02b55d0c1dae9603f5f3f1cd1cc378481883326a7ffbd331bf1a');
INSERT INTO "audit_events" VALUES(35,'ev_01a228449555c38f60230f0cd51c457c','2026-11-29T17:05:13.045592Z','dana','cli','person.disabled','person','per_01a22844954fd0b9b71dfaa8f3ecd7e1','done',NULL,NULL,'{"status": {"before": null, "after": "disabled"}, "email": {"before": null, "after": "ana@example.com"}}','9b9cc36ed5d33db543e9d122301e5cef3a095b327a02f31cddc25358c4bd33ff');
INSERT INTO "audit_events" VALUES(36,'ev_01a2284495579e47bea1fb44512ab5ee','2026-11-29T17:05:13.047533Z','dana','cli','person.invited','person','per_01a228449557c930a3fea8e45e246871','done',NULL,NULL,'{"email": {"before": null, "after": "dana@example.com"}, "name": {"before": null, "after": "dana"}, "role": {"before": null, "after": "viewer"}}','4e9ce14faeab166bc2fb5b5ce9398dc0accb93f1caa77cfdfc79ce7b5fc8e44b');
INSERT INTO "audit_events" VALUES(37,'ev_01a228449557797bc9a9291ba73b229b','2026-11-29T17:05:13.047533Z','dana','cli','person.invitation_created','person','per_01a228449557c930a3fea8e45e246871','done',NULL,NULL,'{"expires_at": {"before": null, "after": "2026-12-02T17:05:13.047533Z"}}','673da550e831cbb75e21e21a3295c4e1c6ab1b68885f771f08e115a83722769d');
CREATE TABLE comps (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	doc TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
INSERT INTO "comps" VALUES(1,'pr_01a228449212abddd82b2704aefcc9fb','{"property_id":"pr_01a228449212abddd82b2704aefcc9fb","radius_km":2,"beds":null,"baths":null,"notes":"30 comparable sales; 37 sales closed within 365 days, within 0.8 km, with a living area within 20 %","as_of":"2026-11-01","max_days":null,"market":"hamilton","pinned":[],"excluded":["sale_7"],"created_at":"2026-11-29T17:05:12.229427Z","updated_at":"2026-11-29T17:05:12.946996Z","ok":true,"comps":[{"rank":1,"sale_id":"sale_21","address":null,"parcel":"p20","latitude":43.25,"longitude":-79.866,"living_sqft":1400.5,"price":460010.0,"close_date":"2026-03-15","priced_on":"2026-03-15","days":231,"distance_km":0.324,"similarity":0.9987,"adjustments":[{"name":"time","label":"time, 2026-03-15 to 2026-11-01","subject":null,"sale":null,"difference":7.59,"rate":-0.48,"rate_error":3100.42,"unit":"month","amount":-3.66,"standard_error":23530.59,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1400.5,"difference":-0.5,"rate":246.52,"rate_error":0.8,"unit":"sq ft","amount":-123.26,"standard_error":0.4,"source":"rates"}],"net":-126.92,"gross":126.92,"net_percent":-0.0,"gross_percent":0.0,"adjusted_price":459883.08,"standard_error":44657.26,"weight":0.065971078,"pinned":false,"warnings":[]},{"rank":2,"sale_id":"sale_18","address":null,"parcel":"p17","latitude":43.25,"longitude":-79.8666,"living_sqft":1370.5,"price":452508.5,"close_date":"2026-09-15","priced_on":"2026-09-15","days":47,"distance_km":0.275,"similarity":0.9232,"adjustments":[{"name":"time","label":"time, 2026-09-15 to 2026-11-01","subject":null,"sale":null,"difference":1.54,"rate":0.08,"rate_error":4246.53,"unit":"month","amount":0.13,"standard_error":6557.41,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1370.5,"difference":29.5,"rate":247.141,"rate_error":0.8014,"unit":"sq ft","amount":7290.66,"standard_error":23.64,"source":"rates"}],"net":7290.79,"gross":7290.79,"net_percent":1.6,"gross_percent":1.6,"adjusted_price":459799.29,"standard_error":39311.3,"weight":0.065521425,"pinned":false,"warnings":[]},{"rank":3,"sale_id":"sale_22","address":null,"parcel":"p21","latitude":43.25,"longitude":-79.86580000000001,"living_sqft":1410.5,"price":462510.5,"close_date":"2026-04-15","priced_on":"2026-04-15","days":200,"distance_km":0.34,"similarity":0.9724,"adjustments":[{"name":"time","label":"time, 2026-04-15 to 2026-11-01","subject":null,"sale":null,"difference":6.57,"rate":-0.22,"rate_error":3181.6,"unit":"month","amount":-1.47,"standard_error":20906.19,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1410.5,"difference":-10.5,"rate":246.3238,"rate_error":0.7905,"unit":"sq ft","amount":-2586.4,"standard_error":8.3,"source":"rates"}],"net":-2587.87,"gross":2587.87,"net_percent":-0.6,"gross_percent":0.6,"adjusted_price":459922.63,"standard_error":43797.78,"weight":0.058852598,"pinned":false,"warnings":[]},{"rank":4,"sale_id":"sale_3","address":null,"parcel":"p2","latitude":43.25,"longitude":-79.8696,"living_sqft":1220.5,"price":415001.0,"close_date":"2026-03-15","priced_on":"2026-03-15","days":231,"distance_km":0.032,"similarity":0.5976,"adjustments":[{"name":"time","label":"time, 2026-03-15 to 2026-11-01","subject":null,"sale":null,"difference":7.59,"rate":-0.46,"rate_error":3101.29,"unit":"month","amount":-3.47,"standard_error":23537.16,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1220.5,"difference":179.5,"rate":250.7735,"rate_error":0.8491,"unit":"sq ft","amount":45013.84,"standard_error":152.41,"source":"rates"}],"net":45010.37,"gross":45017.31,"net_percent":10.8,"gross_percent":10.8,"adjusted_price":460011.37,"standard_error":47973.72,"weight":0.053124463,"pinned":false,"warnings":[]},{"rank":5,"sale_id":"sale_23","address":null,"parcel":"p22","latitude":43.25,"longitude":-79.8656,"living_sqft":1420.5,"price":465011.0,"close_date":"2026-05-15","priced_on":"2026-05-15","days":170,"distance_km":0.356,"similarity":0.9469,"adjustments":[{"name":"time","label":"time, 2026-05-15 to 2026-11-01","subject":null,"sale":null,"difference":5.59,"rate":0.09,"rate_error":3274.15,"unit":"month","amount":0.5,"standard_error":18287.21,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1420.5,"difference":-20.5,"rate":246.1288,"rate_error":0.7878,"unit":"sq ft","amount":-5045.64,"standard_error":16.15,"source":"rates"}],"net":-5045.14,"gross":5046.14,"net_percent":-1.1,"gross_percent":1.1,"adjusted_price":459965.86,"standard_error":43069.46,"weight":0.052116772,"pinned":false,"warnings":[]},{"rank":6,"sale_id":"sale_20","address":null,"parcel":"p19","latitude":43.25,"longitude":-79.8662,"living_sqft":1390.5,"price":457509.5,"close_date":"2026-02-15","priced_on":"2026-02-15","days":259,"distance_km":0.308,"similarity":0.9748,"adjustments":[{"name":"time","label":"time, 2026-02-15 to 2026-11-01","subject":null,"sale":null,"difference":8.51,"rate":-0.43,"rate_error":3041.13,"unit":"month","amount":-3.63,"standard_error":25878.23,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1390.5,"difference":9.5,"rate":246.7242,"rate_error":0.7958,"unit":"sq ft","amount":2343.88,"standard_error":7.56,"source":"rates"}],"net":2340.25,"gross":2347.51,"net_percent":0.5,"gross_percent":0.5,"adjusted_price":459849.75,"standard_error":46144.85,"weight":0.050533241,"pinned":false,"warnings":[]},{"rank":7,"sale_id":"sale_17","address":null,"parcel":"p16","latitude":43.25,"longitude":-79.8668,"living_sqft":1360.5,"price":450008.0,"close_date":"2026-08-15","priced_on":"2026-08-15","days":78,"distance_km":0.259,"similarity":0.8982,"adjustments":[{"name":"time","label":"time, 2026-08-15 to 2026-11-01","subject":null,"sale":null,"difference":2.56,"rate":0.31,"rate_error":3779.49,"unit":"month","amount":0.79,"standard_error":9685.63,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1360.5,"difference":39.5,"rate":247.3544,"rate_error":0.8043,"unit":"sq ft","amount":9770.5,"standard_error":31.77,"source":"rates"}],"net":9771.29,"gross":9771.29,"net_percent":2.2,"gross_percent":2.2,"adjusted_price":459779.29,"standard_error":40207.23,"weight":0.050472631,"pinned":false,"warnings":[]},{"rank":8,"sale_id":"sale_5","address":null,"parcel":"p4","latitude":43.25,"longitude":-79.8692,"living_sqft":1240.5,"price":420002.0,"close_date":"2026-05-15","priced_on":"2026-05-15","days":170,"distance_km":0.065,"similarity":0.6351,"adjustments":[{"name":"time","label":"time, 2026-05-15 to 2026-11-01","subject":null,"sale":null,"difference":5.59,"rate":0.08,"rate_error":3273.78,"unit":"month","amount":0.47,"standard_error":18285.16,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1240.5,"difference":159.5,"rate":250.2307,"rate_error":0.8422,"unit":"sq ft","amount":39911.8,"standard_error":134.33,"source":"rates"}],"net":39912.27,"gross":39912.27,"net_percent":9.5,"gross_percent":9.5,"adjusted_price":459914.27,"standard_error":45348.76,"weight":0.047078215,"pinned":false,"warnings":[]},{"rank":9,"sale_id":"sale_24","address":null,"parcel":"p23","latitude":43.25,"longitude":-79.86540000000001,"living_sqft":1430.5,"price":467511.5,"close_date":"2026-06-15","priced_on":"2026-06-15","days":139,"distance_km":0.373,"similarity":0.9223,"adjustments":[{"name":"time","label":"time, 2026-06-15 to 2026-11-01","subject":null,"sale":null,"difference":4.57,"rate":0.32,"rate_error":3394.62,"unit":"month","amount":1.44,"standard_error":15502.64,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1430.5,"difference":-30.5,"rate":245.9367,"rate_error":0.7849,"unit":"sq ft","amount":-7501.07,"standard_error":23.94,"source":"rates"}],"net":-7499.63,"gross":7502.51,"net_percent":-1.6,"gross_percent":1.6,"adjusted_price":460011.87,"standard_error":42415.74,"weight":0.046128635,"pinned":false,"warnings":[]},{"rank":10,"sale_id":"sale_6","address":null,"parcel":"p5","latitude":43.25,"longitude":-79.869,"living_sqft":1250.5,"price":422502.5,"close_date":"2026-06-15","priced_on":"2026-06-15","days":139,"distance_km":0.081,"similarity":0.6546,"adjustments":[{"name":"time","label":"time, 2026-06-15 to 2026-11-01","subject":null,"sale":null,"difference":4.57,"rate":0.3,"rate_error":3393.6,"unit":"month","amount":1.37,"standard_error":15497.99,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1250.5,"difference":149.5,"rate":249.9666,"rate_error":0.8388,"unit":"sq ft","amount":37370.0,"standard_error":125.4,"source":"rates"}],"net":37371.37,"gross":37371.37,"net_percent":8.8,"gross_percent":8.8,"adjusted_price":459873.87,"standard_error":44145.95,"weight":0.044591393,"pinned":false,"warnings":[]},{"rank":11,"sale_id":"sale_8","address":null,"parcel":"p7","latitude":43.25,"longitude":-79.8686,"living_sqft":1270.5,"price":427503.5,"close_date":"2026-08-15","priced_on":"2026-08-15","days":78,"distance_km":0.113,"similarity":0.6947,"adjustments":[{"name":"time","label":"time, 2026-08-15 to 2026-11-01","subject":null,"sale":null,"difference":2.56,"rate":0.3,"rate_error":3779.73,"unit":"month","amount":0.77,"standard_error":9686.24,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1270.5,"difference":129.5,"rate":249.452,"rate_error":0.8322,"unit":"sq ft","amount":32304.03,"standard_error":107.77,"source":"rates"}],"net":32304.8,"gross":32304.8,"net_percent":7.6,"gross_percent":7.6,"adjusted_price":459808.3,"standard_error":42117.11,"weight":0.040869831,"pinned":false,"warnings":[]},{"rank":12,"sale_id":"sale_25","address":null,"parcel":"p24","latitude":43.25,"longitude":-79.8652,"living_sqft":1440.5,"price":470012.0,"close_date":"2026-07-15","priced_on":"2026-07-15","days":109,"distance_km":0.389,"similarity":0.8985,"adjustments":[{"name":"time","label":"time, 2026-07-15 to 2026-11-01","subject":null,"sale":null,"difference":3.58,"rate":0.39,"rate_error":3544.42,"unit":"month","amount":1.41,"standard_error":12693.2,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1440.5,"difference":-40.5,"rate":245.7477,"rate_error":0.7822,"unit":"sq ft","amount":-9952.78,"standard_error":31.68,"source":"rates"}],"net":-9951.37,"gross":9954.19,"net_percent":-2.1,"gross_percent":2.1,"adjusted_price":460060.63,"standard_error":41916.12,"weight":0.040644038,"pinned":false,"warnings":[]},{"rank":13,"sale_id":"sale_9","address":null,"parcel":"p8","latitude":43.25,"longitude":-79.86840000000001,"living_sqft":1280.5,"price":430004.0,"close_date":"2026-09-15","priced_on":"2026-09-15","days":47,"distance_km":0.13,"similarity":0.7155,"adjustments":[{"name":"time","label":"time, 2026-09-15 to 2026-11-01","subject":null,"sale":null,"difference":1.54,"rate":0.08,"rate_error":4246.39,"unit":"month","amount":0.13,"standard_error":6557.19,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1280.5,"difference":119.5,"rate":249.2016,"rate_error":0.829,"unit":"sq ft","amount":29779.59,"standard_error":99.06,"source":"rates"}],"net":29779.72,"gross":29779.72,"net_percent":6.9,"gross_percent":6.9,"adjusted_price":459783.72,"standard_error":41326.25,"weight":0.03973703,"pinned":false,"warnings":[]},{"rank":14,"sale_id":"sale_16","address":null,"parcel":"p15","latitude":43.25,"longitude":-79.867,"living_sqft":1350.5,"price":447507.5,"close_date":"2026-07-15","priced_on":"2026-07-15","days":109,"distance_km":0.243,"similarity":0.8736,"adjustments":[{"name":"time","label":"time, 2026-07-15 to 2026-11-01","subject":null,"sale":null,"difference":3.58,"rate":0.39,"rate_error":3542.13,"unit":"month","amount":1.38,"standard_error":12685.0,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1350.5,"difference":49.5,"rate":247.5713,"rate_error":0.8073,"unit":"sq ft","amount":12254.78,"standard_error":39.96,"source":"rates"}],"net":12256.16,"gross":12256.16,"net_percent":2.7,"gross_percent":2.7,"adjusted_price":459763.66,"standard_error":41274.03,"weight":0.039415272,"pinned":false,"warnings":[]},{"rank":15,"sale_id":"sale_19","address":null,"parcel":"p18","latitude":43.25,"longitude":-79.8664,"living_sqft":1380.5,"price":455009.0,"close_date":"2026-01-15","priced_on":"2026-01-15","days":290,"distance_km":0.292,"similarity":0.9487,"adjustments":[{"name":"time","label":"time, 2026-01-15 to 2026-11-01","subject":null,"sale":null,"difference":9.53,"rate":-0.19,"rate_error":2978.11,"unit":"month","amount":-1.77,"standard_error":28375.19,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1380.5,"difference":19.5,"rate":246.9313,"rate_error":0.7985,"unit":"sq ft","amount":4815.16,"standard_error":15.57,"source":"rates"}],"net":4813.39,"gross":4816.93,"net_percent":1.1,"gross_percent":1.1,"adjusted_price":459822.39,"standard_error":47817.15,"weight":0.037493822,"pinned":false,"warnings":[]},{"rank":16,"sale_id":"sale_26","address":null,"parcel":"p25","latitude":43.25,"longitude":-79.86500000000001,"living_sqft":1450.5,"price":472512.5,"close_date":"2026-08-15","priced_on":"2026-08-15","days":78,"distance_km":0.405,"similarity":0.8755,"adjustments":[{"name":"time","label":"time, 2026-08-15 to 2026-11-01","subject":null,"sale":null,"difference":2.56,"rate":0.32,"rate_error":3782.23,"unit":"month","amount":0.81,"standard_error":9692.65,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1450.5,"difference":-50.5,"rate":245.5616,"rate_error":0.7796,"unit":"sq ft","amount":-12400.86,"standard_error":39.37,"source":"rates"}],"net":-12400.05,"gross":12401.67,"net_percent":-2.6,"gross_percent":2.6,"adjusted_price":460112.45,"standard_error":41542.67,"weight":0.035941726,"pinned":false,"warnings":[]},{"rank":17,"sale_id":"sale_27","address":null,"parcel":"p26","latitude":43.25,"longitude":-79.8648,"living_sqft":1460.5,"price":475013.0,"close_date":"2026-09-15","priced_on":"2026-09-15","days":47,"distance_km":0.421,"similarity":0.8532,"adjustments":[{"name":"time","label":"time, 2026-09-15 to 2026-11-01","subject":null,"sale":null,"difference":1.54,"rate":0.09,"rate_error":4249.94,"unit":"month","amount":0.14,"standard_error":6562.67,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1460.5,"difference":-60.5,"rate":245.3783,"rate_error":0.777,"unit":"sq ft","amount":-14845.39,"standard_error":47.01,"source":"rates"}],"net":-14845.25,"gross":14845.53,"net_percent":-3.1,"gross_percent":3.1,"adjusted_price":460167.75,"standard_error":41350.74,"weight":0.03196601,"pinned":false,"warnings":[]},{"rank":18,"sale_id":"sale_15","address":null,"parcel":"p14","latitude":43.25,"longitude":-79.86720000000001,"living_sqft":1340.5,"price":445007.0,"close_date":"2026-06-15","priced_on":"2026-06-15","days":139,"distance_km":0.227,"similarity":0.8496,"adjustments":[{"name":"time","label":"time, 2026-06-15 to 2026-11-01","subject":null,"sale":null,"difference":4.57,"rate":0.31,"rate_error":3392.7,"unit":"month","amount":1.4,"standard_error":15493.88,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1340.5,"difference":59.5,"rate":247.7921,"rate_error":0.8103,"unit":"sq ft","amount":14743.63,"standard_error":48.21,"source":"rates"}],"net":14745.03,"gross":14745.03,"net_percent":3.3,"gross_percent":3.3,"adjusted_price":459752.03,"standard_error":42449.01,"weight":0.031625318,"pinned":false,"warnings":[]},{"rank":19,"sale_id":"sale_14","address":null,"parcel":"p13","latitude":43.25,"longitude":-79.8674,"living_sqft":1330.5,"price":442506.5,"close_date":"2026-05-15","priced_on":"2026-05-15","days":170,"distance_km":0.211,"similarity":0.8261,"adjustments":[{"name":"time","label":"time, 2026-05-15 to 2026-11-01","subject":null,"sale":null,"difference":5.59,"rate":0.09,"rate_error":3272.57,"unit":"month","amount":0.49,"standard_error":18278.4,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1330.5,"difference":69.5,"rate":248.0164,"rate_error":0.8132,"unit":"sq ft","amount":17237.14,"standard_error":56.52,"source":"rates"}],"net":17237.63,"gross":17237.63,"net_percent":3.9,"gross_percent":3.9,"adjusted_price":459744.13,"standard_error":43755.9,"weight":0.026134281,"pinned":false,"warnings":[]},{"rank":20,"sale_id":"sale_13","address":null,"parcel":"p12","latitude":43.25,"longitude":-79.86760000000001,"living_sqft":1320.5,"price":440006.0,"close_date":"2026-04-15","priced_on":"2026-04-15","days":200,"distance_km":0.194,"similarity":0.803,"adjustments":[{"name":"time","label":"time, 2026-04-15 to 2026-11-01","subject":null,"sale":null,"difference":6.57,"rate":-0.22,"rate_error":3180.33,"unit":"month","amount":-1.43,"standard_error":20897.89,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1320.5,"difference":79.5,"rate":248.2445,"rate_error":0.8164,"unit":"sq ft","amount":19735.44,"standard_error":64.9,"source":"rates"}],"net":19734.01,"gross":19736.87,"net_percent":4.5,"gross_percent":4.5,"adjusted_price":459740.01,"standard_error":45113.46,"weight":0.022462844,"pinned":false,"warnings":[]},{"rank":21,"sale_id":"sale_12","address":null,"parcel":"p11","latitude":43.25,"longitude":-79.8678,"living_sqft":1310.5,"price":437505.5,"close_date":"2026-03-15","priced_on":"2026-03-15","days":231,"distance_km":0.178,"similarity":0.7804,"adjustments":[{"name":"time","label":"time, 2026-03-15 to 2026-11-01","subject":null,"sale":null,"difference":7.59,"rate":-0.47,"rate_error":3099.46,"unit":"month","amount":-3.56,"standard_error":23523.3,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1310.5,"difference":89.5,"rate":248.4766,"rate_error":0.8194,"unit":"sq ft","amount":22238.66,"standard_error":73.34,"source":"rates"}],"net":22235.1,"gross":22242.22,"net_percent":5.1,"gross_percent":5.1,"adjusted_price":459740.6,"standard_error":46575.58,"weight":0.019976887,"pinned":false,"warnings":[]},{"rank":22,"sale_id":"sale_11","address":null,"parcel":"p10","latitude":43.25,"longitude":-79.86800000000001,"living_sqft":1300.5,"price":435005.0,"close_date":"2026-02-15","priced_on":"2026-02-15","days":259,"distance_km":0.162,"similarity":0.7583,"adjustments":[{"name":"time","label":"time, 2026-02-15 to 2026-11-01","subject":null,"sale":null,"difference":8.51,"rate":-0.42,"rate_error":3040.46,"unit":"month","amount":-3.54,"standard_error":25872.53,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1300.5,"difference":99.5,"rate":248.7137,"rate_error":0.8225,"unit":"sq ft","amount":24747.01,"standard_error":81.84,"source":"rates"}],"net":24743.47,"gross":24750.55,"net_percent":5.7,"gross_percent":5.7,"adjusted_price":459748.47,"standard_error":47981.24,"weight":0.018561778,"pinned":false,"warnings":[]},{"rank":23,"sale_id":"sale_29","address":null,"parcel":"p28","latitude":43.25,"longitude":-79.8644,"living_sqft":1480.5,"price":480014.0,"close_date":"2026-02-15","priced_on":"2026-02-15","days":259,"distance_km":0.454,"similarity":0.8108,"adjustments":[{"name":"time","label":"time, 2026-02-15 to 2026-11-01","subject":null,"sale":null,"difference":8.51,"rate":-0.44,"rate_error":3044.02,"unit":"month","amount":-3.72,"standard_error":25902.79,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1480.5,"difference":-80.5,"rate":245.0205,"rate_error":0.7719,"unit":"sq ft","amount":-19724.15,"standard_error":62.14,"source":"rates"}],"net":-19727.87,"gross":19727.87,"net_percent":-4.1,"gross_percent":4.1,"adjusted_price":460286.13,"standard_error":49038.24,"weight":0.011694432,"pinned":false,"warnings":[]},{"rank":24,"sale_id":"sale_30","address":null,"parcel":"p29","latitude":43.25,"longitude":-79.86420000000001,"living_sqft":1490.5,"price":482514.5,"close_date":"2026-03-15","priced_on":"2026-03-15","days":231,"distance_km":0.47,"similarity":0.7905,"adjustments":[{"name":"time","label":"time, 2026-03-15 to 2026-11-01","subject":null,"sale":null,"difference":7.59,"rate":-0.49,"rate_error":3103.59,"unit":"month","amount":-3.75,"standard_error":23554.6,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1490.5,"difference":-90.5,"rate":244.8464,"rate_error":0.7694,"unit":"sq ft","amount":-22158.6,"standard_error":69.63,"source":"rates"}],"net":-22162.35,"gross":22162.35,"net_percent":-4.6,"gross_percent":4.6,"adjusted_price":460352.15,"standard_error":48173.87,"weight":0.010749491,"pinned":false,"warnings":[]},{"rank":25,"sale_id":"sale_36","address":null,"parcel":"p35","latitude":43.25,"longitude":-79.863,"living_sqft":1550.5,"price":497517.5,"close_date":"2026-09-15","priced_on":"2026-09-15","days":47,"distance_km":0.567,"similarity":0.6817,"adjustments":[{"name":"time","label":"time, 2026-09-15 to 2026-11-01","subject":null,"sale":null,"difference":1.54,"rate":0.09,"rate_error":4255.93,"unit":"month","amount":0.14,"standard_error":6571.92,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1550.5,"difference":-150.5,"rate":243.8599,"rate_error":0.7549,"unit":"sq ft","amount":-36700.92,"standard_error":113.61,"source":"rates"}],"net":-36700.78,"gross":36701.06,"net_percent":-7.4,"gross_percent":7.4,"adjusted_price":460816.72,"standard_error":44546.2,"weight":0.010545322,"pinned":false,"warnings":[]},{"rank":26,"sale_id":"sale_31","address":null,"parcel":"p30","latitude":43.25,"longitude":-79.864,"living_sqft":1500.5,"price":485015.0,"close_date":"2026-04-15","priced_on":"2026-04-15","days":200,"distance_km":0.486,"similarity":0.7709,"adjustments":[{"name":"time","label":"time, 2026-04-15 to 2026-11-01","subject":null,"sale":null,"difference":6.57,"rate":-0.23,"rate_error":3185.06,"unit":"month","amount":-1.5,"standard_error":20928.96,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1500.5,"difference":-100.5,"rate":244.6757,"rate_error":0.7669,"unit":"sq ft","amount":-24589.91,"standard_error":77.07,"source":"rates"}],"net":-24591.41,"gross":24591.41,"net_percent":-5.1,"gross_percent":5.1,"adjusted_price":460423.59,"standard_error":47277.57,"weight":0.010057542,"pinned":false,"warnings":[]},{"rank":27,"sale_id":"sale_35","address":null,"parcel":"p34","latitude":43.25,"longitude":-79.8632,"living_sqft":1540.5,"price":495017.0,"close_date":"2026-08-15","priced_on":"2026-08-15","days":78,"distance_km":0.551,"similarity":0.6985,"adjustments":[{"name":"time","label":"time, 2026-08-15 to 2026-11-01","subject":null,"sale":null,"difference":2.56,"rate":0.32,"rate_error":3787.33,"unit":"month","amount":0.83,"standard_error":9705.73,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1540.5,"difference":-140.5,"rate":244.0181,"rate_error":0.7573,"unit":"sq ft","amount":-34284.55,"standard_error":106.4,"source":"rates"}],"net":-34283.72,"gross":34285.38,"net_percent":-6.9,"gross_percent":6.9,"adjusted_price":460733.28,"standard_error":44811.77,"weight":0.009681083,"pinned":false,"warnings":[]},{"rank":28,"sale_id":"sale_32","address":null,"parcel":"p31","latitude":43.25,"longitude":-79.8638,"living_sqft":1510.5,"price":487515.5,"close_date":"2026-05-15","priced_on":"2026-05-15","days":170,"distance_km":0.502,"similarity":0.752,"adjustments":[{"name":"time","label":"time, 2026-05-15 to 2026-11-01","subject":null,"sale":null,"difference":5.59,"rate":0.09,"rate_error":3277.94,"unit":"month","amount":0.51,"standard_error":18308.37,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1510.5,"difference":-110.5,"rate":244.5077,"rate_error":0.7644,"unit":"sq ft","amount":-27018.1,"standard_error":84.47,"source":"rates"}],"net":-27017.59,"gross":27018.61,"net_percent":-5.5,"gross_percent":5.5,"adjusted_price":460497.91,"standard_error":46505.23,"weight":0.009524571,"pinned":false,"warnings":[]},{"rank":29,"sale_id":"sale_34","address":null,"parcel":"p33","latitude":43.25,"longitude":-79.8634,"living_sqft":1530.5,"price":492516.5,"close_date":"2026-07-15","priced_on":"2026-07-15","days":109,"distance_km":0.535,"similarity":0.7157,"adjustments":[{"name":"time","label":"time, 2026-07-15 to 2026-11-01","subject":null,"sale":null,"difference":3.58,"rate":0.4,"rate_error":3548.98,"unit":"month","amount":1.45,"standard_error":12709.53,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1530.5,"difference":-130.5,"rate":244.1789,"rate_error":0.7596,"unit":"sq ft","amount":-31865.35,"standard_error":99.13,"source":"rates"}],"net":-31863.9,"gross":31866.8,"net_percent":-6.5,"gross_percent":6.5,"adjusted_price":460652.6,"standard_error":45248.36,"weight":0.009269525,"pinned":false,"warnings":[]},{"rank":30,"sale_id":"sale_33","address":null,"parcel":"p32","latitude":43.25,"longitude":-79.8636,"living_sqft":1520.5,"price":490016.0,"close_date":"2026-06-15","priced_on":"2026-06-15","days":139,"distance_km":0.518,"similarity":0.7336,"adjustments":[{"name":"time","label":"time, 2026-06-15 to 2026-11-01","subject":null,"sale":null,"difference":4.57,"rate":0.32,"rate_error":3398.77,"unit":"month","amount":1.47,"standard_error":15521.59,"source":"index_source"},{"name":"living_sqft","label":"living area","subject":1400.0,"sale":1520.5,"difference":-120.5,"rate":244.3421,"rate_error":0.7621,"unit":"sq ft","amount":-29443.22,"standard_error":91.83,"source":"rates"}],"net":-29441.75,"gross":29444.69,"net_percent":-6.0,"gross_percent":6.0,"adjusted_price":460574.25,"standard_error":45804.24,"weight":0.009258747,"pinned":false,"warnings":[]}],"message":"30 comparable sales; 37 sales closed within 365 days, within 0.8 km, with a living area within 20 %","currency":"CAD","value":{"value":459938.02,"low":418987.05,"high":504891.45,"standard_error":33467.25,"comps":30},"search":[{"widened":null,"max_days":183,"radius_km":0.8,"max_size_difference":0.2,"found":19,"sentence":"19 sales closed within 183 days, within 0.8 km, with a living area within 20 %"},{"widened":"time","max_days":365,"radius_km":0.8,"max_size_difference":0.2,"found":37,"sentence":"37 sales closed within 365 days, within 0.8 km, with a living area within 20 %"}],"rates":[{"name":"living_sqft","unit":"sq ft","percent":0.0534,"standard_error":0.0002,"sales":38,"source":"regression on 38 sales in this market that closed before 2026-11-01, each compared with its 12 nearest neighbors"},{"name":"lot_sqft","unit":"sq ft","percent":null,"standard_error":null,"sales":0,"source":"no rate: unknown for all sales, among 38 sales in this market that closed before 2026-11-01"},{"name":"beds","unit":"bedroom","percent":null,"standard_error":null,"sales":0,"source":"no rate: the same in all sales, among 38 sales in this market that closed before 2026-11-01"},{"name":"baths","unit":"bathroom","percent":null,"standard_error":null,"sales":0,"source":"no rate: unknown for all sales, among 38 sales in this market that closed before 2026-11-01"},{"name":"age","unit":"year","percent":null,"standard_error":null,"sales":0,"source":"no rate: the same in all sales, among 38 sales in this market that closed before 2026-11-01"},{"name":"grade","unit":"step","percent":null,"standard_error":null,"sales":0,"source":"no rate: unknown for all sales, among 38 sales in this market that closed before 2026-11-01"},{"name":"condition","unit":"step","percent":null,"standard_error":null,"sales":0,"source":"no rate: unknown for all sales, among 38 sales in this market that closed before 2026-11-01"},{"name":"renovated","unit":"new renovation","percent":null,"standard_error":null,"sales":0,"source":"no rate: the same in all sales, among 38 sales in this market that closed before 2026-11-01"},{"name":"basement_sqft","unit":"sq ft","percent":null,"standard_error":null,"sales":0,"source":"no rate: unknown for all sales, among 38 sales in this market that closed before 2026-11-01"},{"name":"floors","unit":"floor","percent":null,"standard_error":null,"sales":0,"source":"no rate: unknown for all sales, among 38 sales in this market that closed before 2026-11-01"},{"name":"view","unit":"step","percent":null,"standard_error":null,"sales":0,"source":"no rate: unknown for all sales, among 38 sales in this market that closed before 2026-11-01"},{"name":"waterfront","unit":"step","percent":null,"standard_error":null,"sales":0,"source":"no rate: unknown for all sales, among 38 sales in this market that closed before 2026-11-01"}],"index_source":"38 sales of this market agreed 2026-01-15 to 2026-09-15","subject":{"latitude":43.25,"longitude":-79.87,"living_sqft":1400.0,"beds":3.0},"placed_by":"coordinates","cautions":["not adjusted for bedrooms: the same in all sales, among 38 sales in this market that closed before 2026-11-01"],"data_revision":3,"data_fingerprint":"898af6d54fe190b65d339f791fdaa2c7e9d2f07703851fa26b026e55359159fe","prior_sales":[]}');
CREATE TABLE consents (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	doc TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
INSERT INTO "consents" VALUES(1,'cs_01a22844920cfc4e0c99d0d0946f783e','{"id":"cs_01a22844920cfc4e0c99d0d0946f783e","created_at":"2026-11-29T17:05:12.204162Z","updated_at":"2026-11-29T17:05:12.204162Z","address":"+14165550123","channel":"sms","scope":"company","kind":"express","until":null,"obtained_on":"2026-01-31","source":"web form","note":null}');
CREATE TABLE contact_addresses (
	address TEXT NOT NULL, 
	PRIMARY KEY (address)
);
INSERT INTO "contact_addresses" VALUES('+14165550199');
INSERT INTO "contact_addresses" VALUES('+14165550123');
CREATE TABLE deals (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	doc TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
INSERT INTO "deals" VALUES(1,'deal_01a2284491a27f3e820530c406bd6b77','{"id":"deal_01a2284491a27f3e820530c406bd6b77","name":"114 Elm Street","status":"lead","strategy":null,"owner":null,"next_action":null,"next_action_date":null,"lost_reason":null,"address":null,"property_id":null,"price":412000,"arv":null,"est_repairs":68500.5,"est_rent":null,"currency":"CAD","offer_date":null,"offer_expiry_date":null,"contract_date":null,"inspection_date":null,"financing_date":null,"close_date":null,"notes":null,"tags":["off-market"],"meta":{},"created_at":"2026-11-29T17:05:12.098488Z","updated_at":"2026-11-29T17:05:12.098488Z","stage_history":[{"status":"lead","at":"2026-11-29T17:05:12.098488Z","by":"root"}]}');
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
INSERT INTO "deals_keys" VALUES(1,'lead','000000000114 elm street',41200000,NULL,NULL,'2026-11-29T17:05:12.098488Z',NULL,'CAD',NULL);
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
CREATE TABLE drafts (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	doc TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
INSERT INTO "drafts" VALUES(1,'dr_01a2284491e9bf0df48f6becc873b459','{"id":"dr_01a2284491e9bf0df48f6becc873b459","channel":"sms","status":"sent","to":"416-555-0123","subject":null,"body":"Still looking?\nCall me.","deal_id":"deal_01a2284491a27f3e820530c406bd6b77","contact_id":null,"tone":null,"tags":[],"meta":{},"created_at":"2026-11-29T17:05:12.169125Z","updated_at":"2026-11-29T17:05:12.182481Z","to_e164":"+14165550123","sent_at":"2026-11-29T17:05:12.182481Z","to_email":null,"to_extension":null,"delivery_id":null}');
INSERT INTO "drafts" VALUES(2,'dr_01a2284491efe1092f6733330e72ca02','{"id":"dr_01a2284491efe1092f6733330e72ca02","channel":"letter","status":"draft","to":null,"subject":null,"body":"Dear Dana","deal_id":null,"contact_id":null,"tone":null,"tags":["slow"],"meta":{"big":4611686018427387904,"deep":[{"a":null}]},"created_at":"2026-11-29T17:05:12.175436Z","updated_at":"2026-11-29T17:05:12.175436Z","to_e164":null,"sent_at":null,"to_email":null,"to_extension":null,"delivery_id":null}');
CREATE TABLE drafts_keys (
	seq INTEGER NOT NULL, 
	status TEXT NOT NULL, 
	recipient TEXT, 
	updated_at TEXT, 
	PRIMARY KEY (seq)
);
INSERT INTO "drafts_keys" VALUES(1,'sent','000000000416 000000000555 000000000123','2026-11-29T17:05:12.182481Z');
INSERT INTO "drafts_keys" VALUES(2,'draft',NULL,'2026-11-29T17:05:12.175436Z');
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
INSERT INTO "idempotency_keys" VALUES('POST root /core/deals','key-1','f2c2a893fcc749416bab6c6a56550d65',201,'{"id":"deal_01a2284491a27f3e820530c406bd6b77","name":"114 Elm Street","status":"lead","strategy":null,"owner":null,"next_action":null,"next_action_date":null,"lost_reason":null,"address":null,"property_id":null,"price":412000,"arv":null,"est_repairs":68500.5,"est_rent":null,"currency":"CAD","offer_date":null,"offer_expiry_date":null,"contract_date":null,"inspection_date":null,"financing_date":null,"close_date":null,"notes":null,"tags":["off-market"],"meta":{},"created_at":"2026-11-29T17:05:12.098488Z","updated_at":"2026-11-29T17:05:12.098488Z","stage_history":[{"status":"lead","at":"2026-11-29T17:05:12.098488Z","by":"root"}]}','"0e9bcc253e5d1764a1f831ba"','2026-11-29T17:05:12.098488Z');
INSERT INTO "idempotency_keys" VALUES('POST root /core/jv/partners','key-2','47eef7f384269cb08401d61459410953',201,'{"id":"p_01a2284491aebd770b99b3f3f4852b26","name":"Maple Street Capital – Überbrückung 桜","role":"lender","roles":["lender"],"status":"active","owner":null,"email":null,"phone":null,"country":"CA","notes":null,"tags":["quick","cash"],"meta":{},"created_at":"2026-11-29T17:05:12.110316Z","updated_at":"2026-11-29T17:05:12.110316Z","phone_e164":null,"email_normalized":null,"phone_extension":null}','"95bcb6712adc306daa055de1"','2026-11-29T17:05:12.110316Z');
INSERT INTO "idempotency_keys" VALUES('POST root /core/jv/partners','key-3','9fdcfd6c35f741e502a3f41067a99dcd',201,'{"id":"p_01a2284491d67715075d4a9a581e15a3","name":"A builder","role":"gc","roles":["gc"],"status":"active","owner":null,"email":null,"phone":"416-555-0123","country":"CA","notes":"=1+1","tags":[],"meta":{"rate":1.5e-7},"created_at":"2026-11-29T17:05:12.150694Z","updated_at":"2026-11-29T17:05:12.150694Z","phone_e164":"+14165550123","email_normalized":null,"phone_extension":null}','"187e80c3ccb7688dbfe2a534"','2026-11-29T17:05:12.150694Z');
INSERT INTO "idempotency_keys" VALUES('POST root /core/jv/links','key-4','138353f5d577c13990d1ef1be1b6d0e6',201,'{"id":"lnk_01a2284491e1a26c0e9a0fbf1a4a8826","partner_id":"p_01a2284491aebd770b99b3f3f4852b26","deal_id":"deal_01a2284491a27f3e820530c406bd6b77","relationship":"JV","split_notes":"50/50","status":"active","meta":{},"created_at":"2026-11-29T17:05:12.161638Z","updated_at":"2026-11-29T17:05:12.161638Z"}','"a001d81b839a306af5269643"','2026-11-29T17:05:12.161638Z');
INSERT INTO "idempotency_keys" VALUES('POST root /core/comms/drafts','key-5','201e834bdd3373ab77c583ec333a8997',201,'{"id":"dr_01a2284491e9bf0df48f6becc873b459","channel":"sms","status":"draft","to":"416-555-0123","subject":null,"body":"Still looking?\nCall me.","deal_id":"deal_01a2284491a27f3e820530c406bd6b77","contact_id":null,"tone":null,"tags":[],"meta":{},"created_at":"2026-11-29T17:05:12.169125Z","updated_at":"2026-11-29T17:05:12.169125Z","to_e164":"+14165550123","sent_at":null,"to_email":null,"to_extension":null,"delivery_id":null}','"e7f08109d0a46cc64c7ddbc2"','2026-11-29T17:05:12.169125Z');
INSERT INTO "idempotency_keys" VALUES('POST root /core/comms/drafts','key-6','a0cd2d71de1200dfa8d97dfb2611c077',201,'{"id":"dr_01a2284491efe1092f6733330e72ca02","channel":"letter","status":"draft","to":null,"subject":null,"body":"Dear Dana","deal_id":null,"contact_id":null,"tone":null,"tags":["slow"],"meta":{"big":4611686018427387904,"deep":[{"a":null}]},"created_at":"2026-11-29T17:05:12.175436Z","updated_at":"2026-11-29T17:05:12.175436Z","to_e164":null,"sent_at":null,"to_email":null,"to_extension":null,"delivery_id":null}','"61580d58e2eab431ec8111de"','2026-11-29T17:05:12.175436Z');
INSERT INTO "idempotency_keys" VALUES('POST root /core/comms/opt_outs','key-7','5792a169581fa3e06b0b590fd517c70c',200,'{"id":"oo_01a228449205ecea422c6b9e63b3cd5f","created_at":"2026-11-29T17:05:12.196871Z","updated_at":"2026-11-29T17:05:12.196871Z","address":"+14165550199","channel":"sms","scope":"company","source":"person","since":"2026-11-29T17:05:12.196871Z","note":"Asked on the phone.","ended_at":null,"ended_by":null,"ended_reason":null}','"43491e4b9619ae419130b6fe"','2026-11-29T17:05:12.196871Z');
INSERT INTO "idempotency_keys" VALUES('POST root /core/comms/consents','key-8','ecff7adae2bc26a37bcf4a8f151cddfa',200,'{"id":"cs_01a22844920cfc4e0c99d0d0946f783e","created_at":"2026-11-29T17:05:12.204162Z","updated_at":"2026-11-29T17:05:12.204162Z","address":"+14165550123","channel":"sms","scope":"company","kind":"express","until":null,"obtained_on":"2026-01-31","source":"web form","note":null}','"3b04c471b5952c2a66229ba1"','2026-11-29T17:05:12.204162Z');
INSERT INTO "idempotency_keys" VALUES('POST root /core/property/properties','key-9','eb5eb9ef1fedade44132b3090c8520c5',201,'{"id":"pr_01a228449212abddd82b2704aefcc9fb","address":"12 Oak Ave","country":"CA","region":"ON","city":"Hamilton","postal":null,"status":"tracked","deal_id":null,"owner":null,"listing_url":null,"photos_url":null,"beds":null,"baths":null,"sqft":null,"lot_sqft":null,"year_built":null,"latitude":43.25,"longitude":-79.87,"property_type":null,"parcel":null,"year_renovated":null,"grade":null,"condition":null,"floors":null,"basement_sqft":null,"view":null,"waterfront":null,"market":null,"tags":[],"meta":{},"created_at":"2026-11-29T17:05:12.209841Z","updated_at":"2026-11-29T17:05:12.209841Z","address_key":"12 oak ave","import_key":null}','"cba54b4a27c4b1ce1b11727e"','2026-11-29T17:05:12.209841Z');
INSERT INTO "idempotency_keys" VALUES('POST root /core/property/properties/pr_01a228449212abddd82b2704aefcc9fb/neighborhood_rating','key-10','3f2f22fdd63b8af7be712c7ff3a0bae5',200,'{"property_id":"pr_01a228449212abddd82b2704aefcc9fb","score":71,"notes":"quiet","factors":{},"created_at":"2026-11-29T17:05:12.219921Z","updated_at":"2026-11-29T17:05:12.219921Z"}','"89cf656c971dfcb5245704a3"','2026-11-29T17:05:12.219921Z');
INSERT INTO "idempotency_keys" VALUES('POST root /core/property/comps','key-11','13db6fb1d1708be386da8abe6bc22709',200,'{"property_id":"pr_01a228449212abddd82b2704aefcc9fb","radius_km":1.5,"beds":3,"baths":null,"notes":"no sales are loaded, so there is nothing to compare this property with: `valhalla market import-sales` loads some from a file, `valhalla market sync` from an MLS","as_of":"2026-11-29","max_days":null,"market":null,"pinned":[],"excluded":[],"created_at":"2026-11-29T17:05:12.229427Z","updated_at":"2026-11-29T17:05:12.229427Z","ok":true,"comps":[],"message":"no sales are loaded, so there is nothing to compare this property with: `valhalla market import-sales` loads some from a file, `valhalla market sync` from an MLS","currency":null,"value":null,"search":[],"rates":[],"index_source":null,"subject":{},"placed_by":null,"cautions":[],"data_revision":null,"data_fingerprint":null,"prior_sales":[]}','"39b11ae9ccd29f955f1ac1ac"','2026-11-29T17:05:12.229427Z');
INSERT INTO "idempotency_keys" VALUES('POST root /core/property/properties/pr_01a228449212abddd82b2704aefcc9fb/repair_rent','key-12','e41960af5bdaa2c138b565572f71c9ef',200,'{"property_id":"pr_01a228449212abddd82b2704aefcc9fb","est_repairs":1000.25,"est_rent":3150,"assumptions":{},"created_at":"2026-11-29T17:05:12.235205Z","updated_at":"2026-11-29T17:05:12.235205Z"}','"476995814563204071a545e0"','2026-11-29T17:05:12.235205Z');
INSERT INTO "idempotency_keys" VALUES('POST root /core/market/markets','key-13','4fcdbed9e7b583e6c24a8efdf6d3fd18',201,'{"name":"hamilton","country":"CA","currency":"CAD","notes":null,"index_series":null,"neighborhood_weights":{},"neighborhood_crime":false,"meta":{},"created_at":"2026-11-29T17:05:12.248235Z","updated_at":"2026-11-29T17:05:12.248235Z"}','"0eda4cecf5ca15339e47631e"','2026-11-29T17:05:12.248235Z');
INSERT INTO "idempotency_keys" VALUES('POST root /core/market/appraisals','key-14','4a730677bee9ec57b44ffa4ccdbcd54c',201,'{"id":"apr_01a22844923d9ecd0011955a07ab418c","market":"hamilton","property_id":"pr_01a228449212abddd82b2704aefcc9fb","parcel":null,"address":null,"value":540000,"currency":"CAD","date":"2026-01-31","appraiser":null,"source":null,"purpose":null,"notes":null,"meta":{},"created_at":"2026-11-29T17:05:12.253082Z","updated_at":"2026-11-29T17:05:12.253082Z","import_key":null}','"59f27dfa47e7cc7f5f836e78"','2026-11-29T17:05:12.253082Z');
INSERT INTO "idempotency_keys" VALUES('POST root /core/notes','key-15','9793f21ee9d1e90b4ca0f00ad6554ce2',201,'{"id":"note_01a228449242211e8efeabac3cff02c6","entity":"deal","entity_id":"deal_01a2284491a27f3e820530c406bd6b77","text":"The seller wants to close in May.","date":"2026-03-20","status":"active","meta":{},"created_at":"2026-11-29T17:05:12.258978Z","updated_at":"2026-11-29T17:05:12.258978Z","author":"root"}','"ecc9c5efb5f7f7c6bd22b098"','2026-11-29T17:05:12.258978Z');
INSERT INTO "idempotency_keys" VALUES('POST root /core/views','key-16','337bdb595d4a6338a145a7d94ffef2cf',201,'{"id":"view_01a2284492484ad8e425e83846c476e3","list":"deals","name":"Leads by price","query":"status=lead&sort=-price","shared":false,"status":"active","meta":{},"created_at":"2026-11-29T17:05:12.264915Z","updated_at":"2026-11-29T17:05:12.264915Z","owner":"root"}','"84f4c31463f80f2c27958d58"','2026-11-29T17:05:12.264915Z');
INSERT INTO "idempotency_keys" VALUES('POST root /core/property/repair_costs','key-17','7f93601d1e17b56f19a1b8d0962be7a0',201,'{"id":"uc_cad_1","currency":"CAD","source":"ours","as_of":"2026-01-31","costs":[{"trade":"scope","item":"cosmetic","unit":"sqft","low":10,"mid":20.5,"high":35,"source":null}],"created_at":"2026-11-29T17:05:12.273643Z","updated_at":"2026-11-29T17:05:12.273643Z","version":1}','"2b957d52ceb8f6a2bade3bf6"','2026-11-29T17:05:12.273643Z');
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
CREATE TABLE links (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	doc TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
INSERT INTO "links" VALUES(1,'lnk_01a2284491e1a26c0e9a0fbf1a4a8826','{"id":"lnk_01a2284491e1a26c0e9a0fbf1a4a8826","partner_id":"p_01a2284491aebd770b99b3f3f4852b26","deal_id":"deal_01a2284491a27f3e820530c406bd6b77","relationship":"JV","split_notes":"50/50","status":"active","meta":{},"created_at":"2026-11-29T17:05:12.161638Z","updated_at":"2026-11-29T17:05:12.161638Z"}');
CREATE TABLE links_keys (
	seq INTEGER NOT NULL, 
	status TEXT NOT NULL, 
	relationship TEXT, 
	updated_at TEXT, 
	PRIMARY KEY (seq)
);
INSERT INTO "links_keys" VALUES(1,'active','jv','2026-11-29T17:05:12.161638Z');
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
INSERT INTO "market_sales" VALUES(1,'hamilton',3,'county','p0',41000000,'CAD','2026-01-15',NULL,NULL,43.25,-79.87,NULL,1200.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p0',NULL,NULL,NULL,NULL,NULL,NULL,'[{"flag":"by_hand","reason":"sold to a cousin","by":"dana","excludes":true}]',0,NULL,'2026-11-29T17:05:12.340893Z','2026-11-29T17:05:12.353509Z',NULL,'p0');
INSERT INTO "market_sales" VALUES(2,'hamilton',1,'county','p1',41250050,'CAD','2026-02-15',NULL,NULL,43.25,-79.8698,NULL,1210.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p1',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-29T17:05:12.340893Z','2026-11-29T17:05:12.340893Z',NULL,'p1');
INSERT INTO "market_sales" VALUES(3,'hamilton',1,'county','p2',41500100,'CAD','2026-03-15',NULL,NULL,43.25,-79.8696,NULL,1220.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p2',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-29T17:05:12.340893Z','2026-11-29T17:05:12.340893Z',NULL,'p2');
INSERT INTO "market_sales" VALUES(4,'hamilton',2,'county','p3',41750150,'CAD','2026-04-15',NULL,NULL,43.25,-79.8694,NULL,1230.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p3',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,'taken back','2026-11-29T17:05:12.340893Z','2026-11-29T17:05:12.351437Z',NULL,'p3');
INSERT INTO "market_sales" VALUES(5,'hamilton',1,'county','p4',42000200,'CAD','2026-05-15',NULL,NULL,43.25,-79.8692,NULL,1240.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p4',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-29T17:05:12.340893Z','2026-11-29T17:05:12.340893Z',NULL,'p4');
INSERT INTO "market_sales" VALUES(6,'hamilton',1,'county','p5',42250250,'CAD','2026-06-15',NULL,NULL,43.25,-79.869,NULL,1250.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p5',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-29T17:05:12.340893Z','2026-11-29T17:05:12.340893Z',NULL,'p5');
INSERT INTO "market_sales" VALUES(7,'hamilton',1,'county','p6',42500300,'CAD','2026-07-15',NULL,NULL,43.25,-7.9868800000000007345e+01,NULL,1260.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p6',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-29T17:05:12.340893Z','2026-11-29T17:05:12.340893Z',NULL,'p6');
INSERT INTO "market_sales" VALUES(8,'hamilton',1,'county','p7',42750350,'CAD','2026-08-15',NULL,NULL,43.25,-79.8686,NULL,1270.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p7',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-29T17:05:12.340893Z','2026-11-29T17:05:12.340893Z',NULL,'p7');
INSERT INTO "market_sales" VALUES(9,'hamilton',1,'county','p8',43000400,'CAD','2026-09-15',NULL,NULL,43.25,-7.98684000000000082764e+01,NULL,1280.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p8',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-29T17:05:12.340893Z','2026-11-29T17:05:12.340893Z',NULL,'p8');
INSERT INTO "market_sales" VALUES(10,'hamilton',1,'county','p9',43250450,'CAD','2026-01-15',NULL,NULL,43.25,-79.8682,NULL,1290.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p9',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-29T17:05:12.340893Z','2026-11-29T17:05:12.340893Z',NULL,'p9');
INSERT INTO "market_sales" VALUES(11,'hamilton',1,'county','p10',43500500,'CAD','2026-02-15',NULL,NULL,43.25,-7.98680000000000092077e+01,NULL,1300.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p10',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-29T17:05:12.340893Z','2026-11-29T17:05:12.340893Z',NULL,'p10');
INSERT INTO "market_sales" VALUES(12,'hamilton',1,'county','p11',43750550,'CAD','2026-03-15',NULL,NULL,43.25,-79.8678,NULL,1310.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p11',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-29T17:05:12.340893Z','2026-11-29T17:05:12.340893Z',NULL,'p11');
INSERT INTO "market_sales" VALUES(13,'hamilton',1,'county','p12',44000600,'CAD','2026-04-15',NULL,NULL,43.25,-7.98676000000000101391e+01,NULL,1320.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p12',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-29T17:05:12.340893Z','2026-11-29T17:05:12.340893Z',NULL,'p12');
INSERT INTO "market_sales" VALUES(14,'hamilton',1,'county','p13',44250650,'CAD','2026-05-15',NULL,NULL,43.25,-79.8674,NULL,1330.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p13',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-29T17:05:12.340893Z','2026-11-29T17:05:12.340893Z',NULL,'p13');
INSERT INTO "market_sales" VALUES(15,'hamilton',1,'county','p14',44500700,'CAD','2026-06-15',NULL,NULL,43.25,-7.98672000000000110748e+01,NULL,1340.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p14',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-29T17:05:12.340893Z','2026-11-29T17:05:12.340893Z',NULL,'p14');
INSERT INTO "market_sales" VALUES(16,'hamilton',1,'county','p15',44750750,'CAD','2026-07-15',NULL,NULL,43.25,-79.867,NULL,1350.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p15',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-29T17:05:12.340893Z','2026-11-29T17:05:12.340893Z',NULL,'p15');
INSERT INTO "market_sales" VALUES(17,'hamilton',1,'county','p16',45000800,'CAD','2026-08-15',NULL,NULL,43.25,-79.8668,NULL,1360.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p16',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-29T17:05:12.340893Z','2026-11-29T17:05:12.340893Z',NULL,'p16');
INSERT INTO "market_sales" VALUES(18,'hamilton',1,'county','p17',45250850,'CAD','2026-09-15',NULL,NULL,43.25,-79.8666,NULL,1370.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p17',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-29T17:05:12.340893Z','2026-11-29T17:05:12.340893Z',NULL,'p17');
INSERT INTO "market_sales" VALUES(19,'hamilton',1,'county','p18',45500900,'CAD','2026-01-15',NULL,NULL,43.25,-79.8664,NULL,1380.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p18',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-29T17:05:12.340893Z','2026-11-29T17:05:12.340893Z',NULL,'p18');
INSERT INTO "market_sales" VALUES(20,'hamilton',1,'county','p19',45750950,'CAD','2026-02-15',NULL,NULL,43.25,-79.8662,NULL,1390.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p19',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-29T17:05:12.340893Z','2026-11-29T17:05:12.340893Z',NULL,'p19');
INSERT INTO "market_sales" VALUES(21,'hamilton',1,'county','p20',46001000,'CAD','2026-03-15',NULL,NULL,43.25,-79.866,NULL,1400.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p20',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-29T17:05:12.340893Z','2026-11-29T17:05:12.340893Z',NULL,'p20');
INSERT INTO "market_sales" VALUES(22,'hamilton',1,'county','p21',46251050,'CAD','2026-04-15',NULL,NULL,43.25,-7.98658000000000072287e+01,NULL,1410.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p21',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-29T17:05:12.340893Z','2026-11-29T17:05:12.340893Z',NULL,'p21');
INSERT INTO "market_sales" VALUES(23,'hamilton',1,'county','p22',46501100,'CAD','2026-05-15',NULL,NULL,43.25,-79.8656,NULL,1420.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p22',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-29T17:05:12.340893Z','2026-11-29T17:05:12.340893Z',NULL,'p22');
INSERT INTO "market_sales" VALUES(24,'hamilton',1,'county','p23',46751150,'CAD','2026-06-15',NULL,NULL,43.25,-7.98654000000000081644e+01,NULL,1430.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p23',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-29T17:05:12.340893Z','2026-11-29T17:05:12.340893Z',NULL,'p23');
INSERT INTO "market_sales" VALUES(25,'hamilton',1,'county','p24',47001200,'CAD','2026-07-15',NULL,NULL,43.25,-79.8652,NULL,1440.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p24',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-29T17:05:12.340893Z','2026-11-29T17:05:12.340893Z',NULL,'p24');
INSERT INTO "market_sales" VALUES(26,'hamilton',1,'county','p25',47251250,'CAD','2026-08-15',NULL,NULL,43.25,-7.98650000000000090958e+01,NULL,1450.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p25',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-29T17:05:12.340893Z','2026-11-29T17:05:12.340893Z',NULL,'p25');
INSERT INTO "market_sales" VALUES(27,'hamilton',1,'county','p26',47501300,'CAD','2026-09-15',NULL,NULL,43.25,-79.8648,NULL,1460.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p26',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-29T17:05:12.340893Z','2026-11-29T17:05:12.340893Z',NULL,'p26');
INSERT INTO "market_sales" VALUES(28,'hamilton',1,'county','p27',47751350,'CAD','2026-01-15',NULL,NULL,43.25,-7.98646000000000100271e+01,NULL,1470.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p27',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-29T17:05:12.340893Z','2026-11-29T17:05:12.340893Z',NULL,'p27');
INSERT INTO "market_sales" VALUES(29,'hamilton',1,'county','p28',48001400,'CAD','2026-02-15',NULL,NULL,43.25,-79.8644,NULL,1480.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p28',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-29T17:05:12.340893Z','2026-11-29T17:05:12.340893Z',NULL,'p28');
INSERT INTO "market_sales" VALUES(30,'hamilton',1,'county','p29',48251450,'CAD','2026-03-15',NULL,NULL,43.25,-7.98642000000000109585e+01,NULL,1490.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p29',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-29T17:05:12.340893Z','2026-11-29T17:05:12.340893Z',NULL,'p29');
INSERT INTO "market_sales" VALUES(31,'hamilton',1,'county','p30',48501500,'CAD','2026-04-15',NULL,NULL,43.25,-79.864,NULL,1500.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p30',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-29T17:05:12.340893Z','2026-11-29T17:05:12.340893Z',NULL,'p30');
INSERT INTO "market_sales" VALUES(32,'hamilton',1,'county','p31',48751550,'CAD','2026-05-15',NULL,NULL,43.25,-79.8638,NULL,1510.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p31',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-29T17:05:12.340893Z','2026-11-29T17:05:12.340893Z',NULL,'p31');
INSERT INTO "market_sales" VALUES(33,'hamilton',1,'county','p32',49001600,'CAD','2026-06-15',NULL,NULL,43.25,-79.8636,NULL,1520.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p32',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-29T17:05:12.340893Z','2026-11-29T17:05:12.340893Z',NULL,'p32');
INSERT INTO "market_sales" VALUES(34,'hamilton',1,'county','p33',49251650,'CAD','2026-07-15',NULL,NULL,43.25,-79.8634,NULL,1530.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p33',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-29T17:05:12.340893Z','2026-11-29T17:05:12.340893Z',NULL,'p33');
INSERT INTO "market_sales" VALUES(35,'hamilton',1,'county','p34',49501700,'CAD','2026-08-15',NULL,NULL,43.25,-79.8632,NULL,1540.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p34',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-29T17:05:12.340893Z','2026-11-29T17:05:12.340893Z',NULL,'p34');
INSERT INTO "market_sales" VALUES(36,'hamilton',1,'county','p35',49751750,'CAD','2026-09-15',NULL,NULL,43.25,-79.863,NULL,1550.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p35',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-29T17:05:12.340893Z','2026-11-29T17:05:12.340893Z',NULL,'p35');
INSERT INTO "market_sales" VALUES(37,'hamilton',1,'county','p36',50001800,'CAD','2026-01-15',NULL,NULL,43.25,-7.98628000000000071167e+01,NULL,1560.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p36',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-29T17:05:12.340893Z','2026-11-29T17:05:12.340893Z',NULL,'p36');
INSERT INTO "market_sales" VALUES(38,'hamilton',1,'county','p37',50251850,'CAD','2026-02-15',NULL,NULL,43.25,-79.8626,NULL,1570.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p37',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-29T17:05:12.340893Z','2026-11-29T17:05:12.340893Z',NULL,'p37');
INSERT INTO "market_sales" VALUES(39,'hamilton',1,'county','p38',50501900,'CAD','2026-03-15',NULL,NULL,43.25,-7.98624000000000080481e+01,NULL,1580.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p38',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-29T17:05:12.340893Z','2026-11-29T17:05:12.340893Z',NULL,'p38');
INSERT INTO "market_sales" VALUES(40,'hamilton',1,'county','p39',50751950,'CAD','2026-04-15',NULL,NULL,43.25,-79.8622,NULL,1590.5,NULL,3.0,NULL,1950,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'p39',NULL,NULL,NULL,NULL,NULL,NULL,'[]',1,NULL,'2026-11-29T17:05:12.340893Z','2026-11-29T17:05:12.340893Z',NULL,'p39');
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
INSERT INTO "markets" VALUES(1,'hamilton','{"name":"hamilton","country":"CA","currency":"CAD","notes":null,"index_series":null,"neighborhood_weights":{},"neighborhood_crime":false,"meta":{},"created_at":"2026-11-29T17:05:12.248235Z","updated_at":"2026-11-29T17:05:12.248235Z"}');
CREATE TABLE notes (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	doc TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
INSERT INTO "notes" VALUES(1,'note_01a228449242211e8efeabac3cff02c6','{"id":"note_01a228449242211e8efeabac3cff02c6","entity":"deal","entity_id":"deal_01a2284491a27f3e820530c406bd6b77","text":"The seller wants to close in May.","date":"2026-03-20","status":"active","meta":{},"created_at":"2026-11-29T17:05:12.258978Z","updated_at":"2026-11-29T17:05:12.258978Z","author":"root"}');
CREATE TABLE opt_outs (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	doc TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
INSERT INTO "opt_outs" VALUES(1,'oo_01a228449205ecea422c6b9e63b3cd5f','{"id":"oo_01a228449205ecea422c6b9e63b3cd5f","created_at":"2026-11-29T17:05:12.196871Z","updated_at":"2026-11-29T17:05:12.196871Z","address":"+14165550199","channel":"sms","scope":"company","source":"person","since":"2026-11-29T17:05:12.196871Z","note":"Asked on the phone.","ended_at":null,"ended_by":null,"ended_reason":null}');
INSERT INTO "opt_outs" VALUES(2,'oo_01a228449205cca63b14f9842fea3065','{"id":"oo_01a228449205cca63b14f9842fea3065","created_at":"2026-11-29T17:05:12.196871Z","updated_at":"2026-11-29T17:05:12.196871Z","address":"+14165550199","channel":"call","scope":"company","source":"person","since":"2026-11-29T17:05:12.196871Z","note":"Asked on the phone.","ended_at":null,"ended_by":null,"ended_reason":null}');
CREATE TABLE partners (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	doc TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
INSERT INTO "partners" VALUES(1,'p_01a2284491aebd770b99b3f3f4852b26','{"id":"p_01a2284491aebd770b99b3f3f4852b26","name":"Maple Street Capital – Überbrückung 桜","role":"lender","roles":["lender"],"status":"paused","owner":null,"email":null,"phone":null,"country":"CA","notes":null,"tags":["quick"],"meta":{},"created_at":"2026-11-29T17:05:12.110316Z","updated_at":"2026-11-29T17:05:12.241442Z","phone_e164":null,"email_normalized":null,"phone_extension":null}');
INSERT INTO "partners" VALUES(2,'p_01a2284491d67715075d4a9a581e15a3','{"id":"p_01a2284491d67715075d4a9a581e15a3","name":"A builder","role":"gc","roles":["gc"],"status":"active","owner":null,"email":null,"phone":"416-555-0123","country":"CA","notes":"=1+1","tags":[],"meta":{"rate":1.5e-7},"created_at":"2026-11-29T17:05:12.150694Z","updated_at":"2026-11-29T17:05:12.150694Z","phone_e164":"+14165550123","email_normalized":null,"phone_extension":null}');
CREATE TABLE partners_keys (
	seq INTEGER NOT NULL, 
	status TEXT NOT NULL, 
	name TEXT, 
	updated_at TEXT, 
	PRIMARY KEY (seq)
);
INSERT INTO "partners_keys" VALUES(1,'paused','maple street capital uberbruckung 桜','2026-11-29T17:05:12.241442Z');
INSERT INTO "partners_keys" VALUES(2,'active','a builder','2026-11-29T17:05:12.150694Z');
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
INSERT INTO "people" VALUES('per_01a22844954fd0b9b71dfaa8f3ecd7e1','ana@example.com','Ana','operator','disabled','$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$c29tZWhhc2g','2026-11-29T17:05:13.043449Z','dana','2026-11-29T17:05:13.039536Z','2026-11-29T17:05:13.045592Z');
INSERT INTO "people" VALUES('per_01a228449557c930a3fea8e45e246871','dana@example.com','dana','viewer','invited',NULL,NULL,'dana','2026-11-29T17:05:13.047533Z','2026-11-29T17:05:13.047533Z');
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
INSERT INTO "person_links" VALUES('5bbb10260dfaa3e79e22c9b3e5f8693aa3e7864e1b7a2c89e105e70f61371d6d','invitation','per_01a22844954fd0b9b71dfaa8f3ecd7e1','dana','2026-11-29T17:05:13.039536Z','2026-12-02T17:05:13.039536Z','2026-11-29T17:05:13.043449Z',NULL);
INSERT INTO "person_links" VALUES('97aa9deb0d32a3d22234120cb25a2b2c98958e3111282b30d5df019c40a03d7f','invitation','per_01a228449557c930a3fea8e45e246871','dana','2026-11-29T17:05:13.047533Z','2026-12-02T17:05:13.047533Z',NULL,NULL);
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
INSERT INTO "properties" VALUES(1,'pr_01a228449212abddd82b2704aefcc9fb','{"id":"pr_01a228449212abddd82b2704aefcc9fb","address":"12 Oak Ave","country":"CA","region":"ON","city":"Hamilton","postal":null,"status":"tracked","deal_id":null,"owner":null,"listing_url":null,"photos_url":null,"beds":3,"baths":null,"sqft":1400,"lot_sqft":null,"year_built":null,"latitude":43.25,"longitude":-79.87,"property_type":null,"parcel":null,"year_renovated":null,"grade":null,"condition":null,"floors":null,"basement_sqft":null,"view":null,"waterfront":null,"market":null,"tags":[],"meta":{},"created_at":"2026-11-29T17:05:12.209841Z","updated_at":"2026-11-29T17:05:12.493206Z","address_key":"12 oak ave","import_key":null}');
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
INSERT INTO "property_figures" VALUES(1,'tracked','000000000012 oak ave','hamilton',45993802,NULL,'2026-11-29T17:05:12.493206Z',3.0,NULL,1400.0,43.25,-79.87,100025,'CAD');
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
INSERT INTO "ratings" VALUES(1,'pr_01a228449212abddd82b2704aefcc9fb','{"property_id":"pr_01a228449212abddd82b2704aefcc9fb","score":71,"notes":"quiet","factors":{},"created_at":"2026-11-29T17:05:12.219921Z","updated_at":"2026-11-29T17:05:12.219921Z"}');
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
INSERT INTO "repair_costs" VALUES(1,'uc_cad_1','{"id":"uc_cad_1","currency":"CAD","source":"ours","as_of":"2026-01-31","costs":[{"trade":"scope","item":"cosmetic","unit":"sqft","low":10,"mid":20.5,"high":35,"source":null}],"created_at":"2026-11-29T17:05:12.273643Z","updated_at":"2026-11-29T17:05:12.273643Z","version":1}');
CREATE TABLE repair_rent (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	doc TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
INSERT INTO "repair_rent" VALUES(1,'pr_01a228449212abddd82b2704aefcc9fb','{"property_id":"pr_01a228449212abddd82b2704aefcc9fb","est_repairs":1000.25,"est_rent":3150,"assumptions":{},"created_at":"2026-11-29T17:05:12.235205Z","updated_at":"2026-11-29T17:05:12.235205Z"}');
CREATE TABLE search_entries (
	number INTEGER NOT NULL, 
	kind TEXT NOT NULL, 
	seq BIGINT NOT NULL, 
	words TEXT NOT NULL, 
	PRIMARY KEY (number)
);
INSERT INTO "search_entries" VALUES(1,'deals',1,' 114 elm street off market =deal01a2284491a27f3e820530c406bd6b77 ');
INSERT INTO "search_entries" VALUES(2,'partners',1,' maple street capital uberbruckung 桜 quick =p01a2284491aebd770b99b3f3f4852b26 ');
INSERT INTO "search_entries" VALUES(3,'partners',2,' a builder 416 555 0123 1 =p01a2284491d67715075d4a9a581e15a3 =4165550123 ');
INSERT INTO "search_entries" VALUES(4,'links',1,' jv 50 =lnk01a2284491e1a26c0e9a0fbf1a4a8826 ');
INSERT INTO "search_entries" VALUES(5,'drafts',1,' 416 555 0123 still looking call me =dr01a2284491e9bf0df48f6becc873b459 =4165550123 ');
INSERT INTO "search_entries" VALUES(6,'drafts',2,' dear dana slow =dr01a2284491efe1092f6733330e72ca02 ');
INSERT INTO "search_entries" VALUES(7,'sendlog',1,' 416 555 0123 still looking call me =sl01a2284491f6eb692464e459422bfb6e =4165550123 =sm42 ');
INSERT INTO "search_entries" VALUES(8,'properties',1,' 12 oak ave hamilton on =pr01a228449212abddd82b2704aefcc9fb ');
INSERT INTO "search_entries" VALUES(9,'appraisals',1,' =apr01a22844923d9ecd0011955a07ab418c ');
INSERT INTO "search_entries" VALUES(10,'notes',1,' the seller wants to close in may root =note01a228449242211e8efeabac3cff02c6 ');
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
INSERT INTO "sendlog" VALUES(1,'sl_01a2284491f6eb692464e459422bfb6e','{"id":"sl_01a2284491f6eb692464e459422bfb6e","created_at":"2026-11-29T17:05:12.182481Z","updated_at":"2026-11-29T17:05:12.182481Z","draft_id":"dr_01a2284491e9bf0df48f6becc873b459","channel":"sms","to":"416-555-0123","to_e164":"+14165550123","subject":null,"body":"Still looking?\nCall me.","deal_id":"deal_01a2284491a27f3e820530c406bd6b77","contact_id":null,"provider":"twilio","provider_ref":"SM42","sent_at":"2026-11-29T17:05:12.182481Z","meta":{},"to_email":null,"to_extension":null}');
CREATE TABLE sendlog_keys (
	seq INTEGER NOT NULL, 
	channel TEXT NOT NULL, 
	recipient TEXT, 
	sent_at TEXT, 
	PRIMARY KEY (seq)
);
INSERT INTO "sendlog_keys" VALUES(1,'sms','000000000416 000000000555 000000000123','2026-11-29T17:05:12.182481Z');
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
CREATE TABLE store_state (
	"key" TEXT NOT NULL, 
	value TEXT NOT NULL, 
	PRIMARY KEY ("key")
);
INSERT INTO "store_state" VALUES('audit_head','37 673da550e831cbb75e21e21a3295c4e1c6ab1b68885f771f08e115a83722769d');
INSERT INTO "store_state" VALUES('adopted_at','2026-11-29T17:05:11.955923Z');
INSERT INTO "store_state" VALUES('store_id','store_01a228449114561a439000f5abd3f469');
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
INSERT INTO "store_state" VALUES('jobs_known','2026-11-29T17:05:11.993330Z');
INSERT INTO "store_state" VALUES('cursor_key','a2e78d95550e72d70ab41e34e16758c2');
INSERT INTO "store_state" VALUES('job:idempotency-keys','{"begun": "2026-11-29T17:05:12.019109Z", "done": "2026-11-29T17:05:12.025571Z", "failed": null}');
INSERT INTO "store_state" VALUES('job:leases','{"begun": "2026-11-29T17:05:12.035401Z", "done": "2026-11-29T17:05:12.036797Z", "failed": null}');
INSERT INTO "store_state" VALUES('job:audit-chain','{"begun": "2026-11-29T17:05:12.039299Z", "done": "2026-11-29T17:05:12.045435Z", "failed": null}');
CREATE TABLE totp_secrets (
	person_id TEXT NOT NULL, 
	secret TEXT, 
	confirmed_at TEXT, 
	pending TEXT, 
	pending_at TEXT, 
	last_step BIGINT NOT NULL, 
	PRIMARY KEY (person_id)
);
CREATE TABLE valuations (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	doc TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
INSERT INTO "valuations" VALUES(1,'val_01a22844950c58bfc2cee653fe4de713','{"id":"val_01a22844950c58bfc2cee653fe4de713","kind":"as_is","as_of":"2026-11-01","market":"hamilton","to_deal":false,"notes":null,"created_at":"2026-11-29T17:05:12.972158Z","updated_at":"2026-11-29T17:05:12.972158Z","property_id":"pr_01a228449212abddd82b2704aefcc9fb","currency":"CAD","value":459938.02,"intervals":[{"percent":50,"low":415681.05,"high":508906.96},{"percent":80,"low":379501.67,"high":557423.06},{"percent":90,"low":359374.03,"high":588642.94}],"fsd":0.15,"confidence":"medium","typical_value":null,"drivers":[],"opinions":[{"method":"comparable sales","value":459938.02,"weight":1.0}],"comps":[{"sale_id":"sale_21","close_date":"2026-03-15","price":460010.0,"distance_km":0.324,"adjusted_price":459883.08,"weight":0.065971078},{"sale_id":"sale_18","close_date":"2026-09-15","price":452508.5,"distance_km":0.275,"adjusted_price":459799.29,"weight":0.065521425},{"sale_id":"sale_22","close_date":"2026-04-15","price":462510.5,"distance_km":0.34,"adjusted_price":459922.63,"weight":0.058852598},{"sale_id":"sale_3","close_date":"2026-03-15","price":415001.0,"distance_km":0.032,"adjusted_price":460011.37,"weight":0.053124463},{"sale_id":"sale_23","close_date":"2026-05-15","price":465011.0,"distance_km":0.356,"adjusted_price":459965.86,"weight":0.052116772},{"sale_id":"sale_20","close_date":"2026-02-15","price":457509.5,"distance_km":0.308,"adjusted_price":459849.75,"weight":0.050533241},{"sale_id":"sale_17","close_date":"2026-08-15","price":450008.0,"distance_km":0.259,"adjusted_price":459779.29,"weight":0.050472631},{"sale_id":"sale_5","close_date":"2026-05-15","price":420002.0,"distance_km":0.065,"adjusted_price":459914.27,"weight":0.047078215},{"sale_id":"sale_24","close_date":"2026-06-15","price":467511.5,"distance_km":0.373,"adjusted_price":460011.87,"weight":0.046128635},{"sale_id":"sale_6","close_date":"2026-06-15","price":422502.5,"distance_km":0.081,"adjusted_price":459873.87,"weight":0.044591393},{"sale_id":"sale_8","close_date":"2026-08-15","price":427503.5,"distance_km":0.113,"adjusted_price":459808.3,"weight":0.040869831},{"sale_id":"sale_25","close_date":"2026-07-15","price":470012.0,"distance_km":0.389,"adjusted_price":460060.63,"weight":0.040644038},{"sale_id":"sale_9","close_date":"2026-09-15","price":430004.0,"distance_km":0.13,"adjusted_price":459783.72,"weight":0.03973703},{"sale_id":"sale_16","close_date":"2026-07-15","price":447507.5,"distance_km":0.243,"adjusted_price":459763.66,"weight":0.039415272},{"sale_id":"sale_19","close_date":"2026-01-15","price":455009.0,"distance_km":0.292,"adjusted_price":459822.39,"weight":0.037493822},{"sale_id":"sale_26","close_date":"2026-08-15","price":472512.5,"distance_km":0.405,"adjusted_price":460112.45,"weight":0.035941726},{"sale_id":"sale_27","close_date":"2026-09-15","price":475013.0,"distance_km":0.421,"adjusted_price":460167.75,"weight":0.03196601},{"sale_id":"sale_15","close_date":"2026-06-15","price":445007.0,"distance_km":0.227,"adjusted_price":459752.03,"weight":0.031625318},{"sale_id":"sale_14","close_date":"2026-05-15","price":442506.5,"distance_km":0.211,"adjusted_price":459744.13,"weight":0.026134281},{"sale_id":"sale_13","close_date":"2026-04-15","price":440006.0,"distance_km":0.194,"adjusted_price":459740.01,"weight":0.022462844},{"sale_id":"sale_12","close_date":"2026-03-15","price":437505.5,"distance_km":0.178,"adjusted_price":459740.6,"weight":0.019976887},{"sale_id":"sale_11","close_date":"2026-02-15","price":435005.0,"distance_km":0.162,"adjusted_price":459748.47,"weight":0.018561778},{"sale_id":"sale_29","close_date":"2026-02-15","price":480014.0,"distance_km":0.454,"adjusted_price":460286.13,"weight":0.011694432},{"sale_id":"sale_30","close_date":"2026-03-15","price":482514.5,"distance_km":0.47,"adjusted_price":460352.15,"weight":0.010749491},{"sale_id":"sale_36","close_date":"2026-09-15","price":497517.5,"distance_km":0.567,"adjusted_price":460816.72,"weight":0.010545322},{"sale_id":"sale_31","close_date":"2026-04-15","price":485015.0,"distance_km":0.486,"adjusted_price":460423.59,"weight":0.010057542},{"sale_id":"sale_35","close_date":"2026-08-15","price":495017.0,"distance_km":0.551,"adjusted_price":460733.28,"weight":0.009681083},{"sale_id":"sale_32","close_date":"2026-05-15","price":487515.5,"distance_km":0.502,"adjusted_price":460497.91,"weight":0.009524571},{"sale_id":"sale_34","close_date":"2026-07-15","price":492516.5,"distance_km":0.535,"adjusted_price":460652.6,"weight":0.009269525},{"sale_id":"sale_33","close_date":"2026-06-15","price":490016.0,"distance_km":0.518,"adjusted_price":460574.25,"weight":0.009258747}],"search":[{"widened":null,"max_days":183,"radius_km":0.8,"max_size_difference":0.2,"found":19,"sentence":"19 sales closed within 183 days, within 0.8 km, with a living area within 20 %"},{"widened":"time","max_days":365,"radius_km":0.8,"max_size_difference":0.2,"found":37,"sentence":"37 sales closed within 365 days, within 0.8 km, with a living area within 20 %"}],"appraisals":[{"appraisal_id":"apr_01a22844923d9ecd0011955a07ab418c","value":540000.0,"date":"2026-01-31","who":null,"difference_percent":-14.8}],"assumptions":[],"cautions":["no model for this market: the value is from comparable sales alone, and its interval is not calibrated","not adjusted for bedrooms: the same in all sales, among 38 sales in this market that closed before 2026-11-01","excluded manually: sale_7"],"subject":{"latitude":43.25,"longitude":-79.87,"living_sqft":1400.0,"beds":3.0},"placed_by":"coordinates","model_id":null,"model_version":null,"program":"0.7.0","trained_until":null,"data_revision":3,"data_fingerprint":"898af6d54fe190b65d339f791fdaa2c7e9d2f07703851fa26b026e55359159fe","deal_id":null}');
CREATE TABLE views (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	doc TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
INSERT INTO "views" VALUES(1,'view_01a2284492484ad8e425e83846c476e3','{"id":"view_01a2284492484ad8e425e83846c476e3","list":"deals","name":"Leads by price","query":"status=lead&sort=-price","shared":false,"status":"active","meta":{},"created_at":"2026-11-29T17:05:12.264915Z","updated_at":"2026-11-29T17:05:12.264915Z","owner":"root"}');
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
INSERT INTO search_words(search_words) VALUES('rebuild');
COMMIT;
