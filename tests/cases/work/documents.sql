-- What ORMs make of JSON columns: Django JSONField, Active Record, SQLAlchemy, Sequelize, EF Core; and people.

SELECT "profiles"."id", "profiles"."details" FROM "profiles" WHERE "profiles"."id" = 42 LIMIT 21

SELECT "profiles"."id", "profiles"."details" FROM "profiles" WHERE ("profiles"."details" -> 'city') = '"Bandung"' ORDER BY "profiles"."id" ASC

SELECT "profiles"."id" FROM "profiles" WHERE ("profiles"."details" #> '{contact,wa}') = '"***0042"' ORDER BY 1

SELECT "profiles"."id" FROM "profiles" WHERE "profiles"."details" ? 'contact' ORDER BY "profiles"."id" ASC LIMIT 5

SELECT "profiles"."id" FROM "profiles" WHERE "profiles"."details" @> '{"city": "Bandung"}' ORDER BY "profiles"."id" ASC

SELECT ("profiles"."details" -> 'tags') AS "tags", COUNT("profiles"."id") AS "n" FROM "profiles" GROUP BY ("profiles"."details" -> 'tags') ORDER BY "n" DESC, 1

-- $1 = '7'
SELECT profiles.id AS profiles_id, profiles.details AS profiles_details FROM profiles WHERE profiles.id = $1

-- $1 = 'Bandung'
SELECT profiles.id, profiles.details ->> 'city' AS anon_1 FROM profiles WHERE (profiles.details ->> 'city') = $1 ORDER BY profiles.id

SELECT CAST((profiles.details ->> 'visits') AS INTEGER) AS visits FROM profiles ORDER BY profiles.id LIMIT 10

SELECT "id", ("details"#>>'{contact,wa}') AS "wa" FROM "profiles" AS "profile" WHERE ("profile"."details"#>>'{contact,wa}') LIKE '***%' ORDER BY "id" LIMIT 10

SELECT p.id, p.details #>> '{contact,mail,0}' AS "Mail" FROM profiles AS p WHERE CAST(p.details #>> '{visits}' AS integer) > 3 ORDER BY p.id

SELECT id, details['contact']['mail'][0] FROM profiles WHERE id < 20 ORDER BY id

SELECT id, t FROM profiles, jsonb_array_elements_text(details -> 'tags') AS t WHERE id < 10 ORDER BY id, t

SELECT e.key, count(*) FROM profiles, jsonb_each(details) AS e GROUP BY e.key ORDER BY e.key

SELECT jsonb_path_query_first(details, '$.contact.mail[*]') FROM profiles WHERE id BETWEEN 5 AND 9 ORDER BY id

SELECT jsonb_pretty(details) FROM profiles WHERE id = 11

SELECT r.* FROM profiles, jsonb_to_record(details) AS r(city text, visits int, contact jsonb) WHERE id < 6 ORDER BY id

SELECT to_jsonb(p) FROM profiles p WHERE id = 13

SELECT row_to_json(p) FROM (SELECT id, details FROM profiles WHERE id < 4 ORDER BY id) AS p

SELECT c.id, c.full_name, p.details -> 'contact' AS contact FROM customers c JOIN profiles p USING (id) WHERE c.city = 'Bandung' ORDER BY c.id LIMIT 20

SELECT id, raw -> 'contact' ->> 'wa' FROM profiles WHERE raw ->> 'city' = 'Bandung' ORDER BY id

SELECT id, raw::jsonb FROM profiles ORDER BY id LIMIT 15

SELECT md5(string_agg(details::text, ',' ORDER BY id)) FROM profiles

COPY (SELECT id, details FROM profiles ORDER BY id) TO STDOUT WITH (FORMAT csv)

COPY profiles (id, details) TO STDOUT

-- Whole rows become documents on their way into another table
CREATE TEMP TABLE outbox (id bigint, body jsonb)

INSERT INTO outbox SELECT t.id, to_jsonb(t) FROM support.tickets t WHERE t.id < 5

INSERT INTO outbox VALUES (7, (SELECT to_jsonb(t) FROM support.open_cases t WHERE t.id = 0))

UPDATE outbox SET body = to_jsonb(t) FROM support.tickets t WHERE t.id = outbox.id + 1

SELECT id, body FROM outbox ORDER BY id

DROP TABLE outbox

BEGIN

INSERT INTO support.tickets SELECT (jsonb_populate_record(t, '{"id": 999300}')).* FROM support.tickets t WHERE t.id = 5

UPDATE billing.transactions t SET kind = 'refund' FROM customers c WHERE c.id = t.customer_id AND t.id < 5 RETURNING t.id, to_jsonb(t), row_to_json(t)

ROLLBACK
