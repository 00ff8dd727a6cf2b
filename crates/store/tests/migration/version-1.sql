BEGIN TRANSACTION;
CREATE TABLE min_app_components (
    app_id VARCHAR(63) NOT NULL,
    name VARCHAR(63) NOT NULL,
    place BIGINT NOT NULL,
    kind VARCHAR(32) NOT NULL,
    status VARCHAR(16) NOT NULL,
    replicas BIGINT NOT NULL,
    ready_replicas BIGINT NOT NULL,
    reason TEXT NOT NULL,
    message TEXT NOT NULL,
    updated_ms BIGINT NOT NULL,
    PRIMARY KEY (app_id, name)
);
INSERT INTO "min_app_components" VALUES('shop','backend',0,'webservice','Running',2,2,'','',1795240046004);
INSERT INTO "min_app_components" VALUES('shop','passwords',1,'secret','Pending',0,0,'','',1795240046004);
INSERT INTO "min_app_components" VALUES('shop','mysql',2,'statefulservice','Pending',1,0,'','',1795240046004);
INSERT INTO "min_app_components" VALUES('blog','backend',0,'webservice','Pending',2,0,'','',1795240046017);
INSERT INTO "min_app_components" VALUES('blog','passwords',1,'secret','Pending',0,0,'','',1795240046017);
INSERT INTO "min_app_components" VALUES('blog','mysql',2,'statefulservice','Pending',1,0,'','',1795240046017);
CREATE TABLE min_application_revisions (
    app_id VARCHAR(63) NOT NULL,
    revision BIGINT NOT NULL,
    cause TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    document LONGTEXT NOT NULL,
    PRIMARY KEY (app_id, revision)
);
INSERT INTO "min_application_revisions" VALUES('shop',1,'apply',1795240046004,'{"id":"shop","name":"shop","namespace":"shop","alias":"Web Shop","project":"Retail_2","description":"sells 100% things","components":[{"name":"backend","type":"webservice","image":"one","replicas":2,"traits":{"scaling":{"min":1,"max":3,"behavior":{"scaleUp":{"a":2,"b":1}}}}},{"name":"passwords","type":"secret","properties":{"secret":{"root":"sealed:v1:gGrOiUpOdjAdxP3itrWaDIvZVIx1uO0uwFiP0dmqo8jhog==","user":"sealed:v1:1JGCJXgZGGLoX102lnIJBGilC/h9S4Uw1zrFEQ=="}}},{"name":"mysql","type":"statefulservice","image":"mysql:8"}]}');
INSERT INTO "min_application_revisions" VALUES('shop',2,'apply',1795240046016,'{"id":"shop","name":"shop","namespace":"shop","alias":"Web Shop","project":"Retail_2","description":"sells 100% things","components":[{"name":"backend","type":"webservice","image":"two","replicas":2,"traits":{"scaling":{"min":1,"max":3,"behavior":{"scaleUp":{"a":2,"b":1}}}}},{"name":"passwords","type":"secret","properties":{"secret":{"root":"sealed:v1:3heLWQA2wnMqh9efLFEom443HrZAabrmSbHqVbZCVj/NFg==","user":"sealed:v1:lowckLsnxoNT4e5H+weALuNrSg1U/00TTmhVag=="}}},{"name":"mysql","type":"statefulservice","image":"mysql:8"}]}');
INSERT INTO "min_application_revisions" VALUES('blog',1,'apply',1795240046017,'{"id":"blog","name":"blog","namespace":"shop","alias":"Web Shop","project":"Retail_2","description":"sells 100% things","components":[{"name":"backend","type":"webservice","image":"one","replicas":2,"traits":{"scaling":{"min":1,"max":3,"behavior":{"scaleUp":{"a":2,"b":1}}}}},{"name":"passwords","type":"secret","properties":{"secret":{"root":"sealed:v1:pxEMMdoS/yMFxA3Dro3SrXSd5NXbV2gQDqvUZY5BGRTQXQ==","user":"sealed:v1:7zTEw2ZtY7PuuMmRKARG4twTp0v06Qx0R5kFpA=="}}},{"name":"mysql","type":"statefulservice","image":"mysql:8"}]}');
CREATE TABLE min_applications (
    id VARCHAR(63) NOT NULL PRIMARY KEY,
    name VARCHAR(253) NOT NULL,
    namespace VARCHAR(63) NOT NULL,
    revision BIGINT NOT NULL,
    digest VARCHAR(64) NOT NULL,
    search TEXT NOT NULL,
    stopped TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    updated_ms BIGINT NOT NULL,
    inventory LONGTEXT NOT NULL
);
INSERT INTO "min_applications" VALUES('shop','shop','shop',2,'602fc17e6628d98b8d22f48f9983162f29153ba3b1d3321075b036e5f563ca06','shop
web shop
retail_2
sells 100% things','[]',1795240046004,1795240046016,'[[{"kind":"Deployment","namespace":"shop","name":"backend"},"backend"]]');
INSERT INTO "min_applications" VALUES('blog','blog','shop',1,'a497f9ac242e43fe3b44f662c37b23241c37241302796abb89950e9e4af59a1b','blog
web shop
retail_2
sells 100% things','[]',1795240046017,1795240046017,'[]');
CREATE TABLE min_job (
    task_id VARCHAR(64) NOT NULL,
    place BIGINT NOT NULL,
    step BIGINT NOT NULL,
    component VARCHAR(63) NOT NULL,
    kind VARCHAR(63) NOT NULL,
    name VARCHAR(253) NOT NULL,
    priority BIGINT NOT NULL,
    action VARCHAR(16) NOT NULL,
    state VARCHAR(16) NOT NULL,
    reason TEXT NOT NULL,
    message TEXT NOT NULL,
    changed BIGINT NOT NULL,
    queued_ms BIGINT NOT NULL,
    started_ms BIGINT NOT NULL,
    finished_ms BIGINT NOT NULL,
    attempt BIGINT NOT NULL,
    PRIMARY KEY (task_id, place)
);
INSERT INTO "min_job" VALUES('t1',0,0,'backend','Deployment','backend-0',10,'delete','completed','CrashLoop','it''s "broken" 中文',1,1,2,3,4);
CREATE TABLE min_meta (
    name VARCHAR(64) NOT NULL PRIMARY KEY,
    value TEXT NOT NULL,
    number BIGINT NOT NULL
);
INSERT INTO "min_meta" VALUES('key_id','3739191eae619365',0);
CREATE TABLE min_migrations (version BIGINT NOT NULL PRIMARY KEY, name VARCHAR(64) NOT NULL, digest VARCHAR(64) NOT NULL);
INSERT INTO "min_migrations" VALUES(1,'0001_meta','13aa6a3c78241b68ed6a0caf2841d5c2efe13ac7b1cf97e6cbcd5def28143141');
INSERT INTO "min_migrations" VALUES(2,'0002_applications','73618edc2343e4a212e3d7625817ed6695bff8caccb85f407589395176b5a2f7');
INSERT INTO "min_migrations" VALUES(3,'0003_applications_by_name','60c551f1ac47af586a26c48b88acda2cc68450c24047aa6d385c86aad814d30a');
INSERT INTO "min_migrations" VALUES(4,'0004_applications_by_change','c0d3c443c392e062b8d954321f24e6b781f42b415f7392a7b2b3a81960c6910c');
INSERT INTO "min_migrations" VALUES(5,'0005_application_revisions','3f8b532481dc77210a7129a2a6a3a7b01f648bd8183905559e00b90a69091215');
INSERT INTO "min_migrations" VALUES(6,'0006_app_components','491f61a4f436a9a692c5cb1478c44c779f3ff6c7da1ff94c0aa09587187a327f');
INSERT INTO "min_migrations" VALUES(7,'0007_workflow_queue','32eb45906d3cd29e92b5af124ac959cc15860497f75798f0052546578aad0f2f');
INSERT INTO "min_migrations" VALUES(8,'0008_workflow_queue_by_application','02226addc2e1fdb7cfae117e9b538d2def7d513fd6d1d38e91e664da4b388df8');
INSERT INTO "min_migrations" VALUES(9,'0009_workflow_queue_by_state','72a7829b56661d9895d11789b7955d565f80a8a270cb8ddbaf50cfedde97fe42');
INSERT INTO "min_migrations" VALUES(10,'0010_job','96656484d7db8978f69598a7e1d44fe2a0612f309b80503ff03bc7bb0493f25a');
CREATE TABLE min_workflow_queue (
    id VARCHAR(64) NOT NULL PRIMARY KEY,
    app_id VARCHAR(63) NOT NULL,
    seq BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    state VARCHAR(16) NOT NULL,
    reason TEXT NOT NULL,
    message TEXT NOT NULL,
    cancel_requested BIGINT NOT NULL,
    cancel_reason TEXT NOT NULL,
    deletion BIGINT NOT NULL,
    options TEXT NOT NULL,
    owner VARCHAR(255) NOT NULL,
    fence BIGINT NOT NULL,
    attempt BIGINT NOT NULL,
    created_ms BIGINT NOT NULL,
    started_ms BIGINT NOT NULL,
    finished_ms BIGINT NOT NULL,
    plan LONGTEXT NOT NULL
);
INSERT INTO "min_workflow_queue" VALUES('t1','shop',1,1,'completed','','',0,'',0,'{"adopt":false,"fresh":false,"restart":null,"delete":null}','me',1,1,1795240046004,77,1795240046013,'{"steps":[{"name":"services","mode":"DAG","after":[]}],"jobs":[{"step":0,"wave":0,"component":"backend","key":{"kind":"Deployment","namespace":"shop","name":"backend-0"},"priority":10,"action":"apply","timeout":{"secs":60,"nanos":500000000},"waitsFor":["mysql"]}],"derived":true}');
INSERT INTO "min_workflow_queue" VALUES('t2','shop',2,2,'waiting','','',0,'',0,'{"adopt":false,"fresh":false,"restart":null,"delete":null}','',0,0,1795240046016,0,0,'');
CREATE UNIQUE INDEX min_applications_by_name ON min_applications (namespace, name);
CREATE INDEX min_applications_by_change ON min_applications (updated_ms, id);
CREATE UNIQUE INDEX min_workflow_queue_by_application ON min_workflow_queue (app_id, seq);
CREATE INDEX min_workflow_queue_by_state ON min_workflow_queue (state, created_ms);
COMMIT;
