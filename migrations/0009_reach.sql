-- +goose Up

-- Roles of users at places, beside the one in users, which holds in the whole plant and may be nobody.
CREATE TABLE grants (
    user_id BIGINT NOT NULL,
    place   TEXT   NOT NULL,   -- "ulm/filling/filling-1"
    role    TEXT   NOT NULL,
    PRIMARY KEY (user_id, place)
);

-- What a program's token may be used for, and where; words apart by spaces. "" of places is the whole plant.
ALTER TABLE tokens ADD COLUMN scopes TEXT NOT NULL DEFAULT '';
ALTER TABLE tokens ADD COLUMN places TEXT NOT NULL DEFAULT '';

UPDATE tokens
   SET scopes = CASE role
                WHEN 'viewer'   THEN 'read'
                WHEN 'operator' THEN 'read samples:write jobs:step'
                WHEN 'manager'  THEN 'read samples:write jobs:step jobs:write'
                WHEN 'admin'    THEN 'read samples:write jobs:step jobs:write plant:read plant:write admin'
                ELSE ''
                END;
