-- +goose Up

-- What is told of the revisions of the plant is found at once among all that is told of the plant.
CREATE INDEX audit_of_revisions ON audit (seq) WHERE what = 'plant.publish';
