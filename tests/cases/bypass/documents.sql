-- Paths of documents: what stands there must not come out by another operator, function or condition.

SELECT details FROM contacts ORDER BY id

SELECT raw FROM contacts ORDER BY id

SELECT details::text, raw::text FROM contacts WHERE id = 7

SELECT details -> 'contact' -> 'wa' FROM contacts WHERE id = 7

SELECT details -> 'contact' ->> 'wa', raw -> 'contact' ->> 'wa' FROM contacts WHERE id = 7

SELECT details #> '{contact,wa}', details #>> '{contact,mail}' FROM contacts WHERE id = 7

SELECT details['contact']['wa'] FROM contacts WHERE id = 7

SELECT (details)['pin'] FROM contacts WHERE id = 7

SELECT details -> 0 -> 'contact' -> 'wa' FROM contacts WHERE id = 10

SELECT details -> -1 -> 'contact' FROM contacts WHERE id = 10

SELECT jsonb_path_query(details, '$.**.wa') FROM contacts WHERE id < 8

SELECT jsonb_path_query_array(details, 'lax $[*].contact.mail') FROM contacts WHERE id = 10

SELECT jsonb_path_exists(details, '$.contact.wa ? (@ starts with "+62g")') FROM contacts ORDER BY id

SELECT id FROM contacts WHERE details @? '$.pin ? (@ > 250)' ORDER BY id

SELECT key, value FROM contacts, jsonb_each(details) WHERE id = 7

SELECT key, value FROM contacts, json_each_text(raw -> 'contact') WHERE id = 7

SELECT e FROM contacts, jsonb_array_elements(details) e WHERE id = 10

SELECT r.* FROM contacts, jsonb_to_record(details -> 'contact') AS r(wa text, mail text) WHERE id = 7

SELECT r.* FROM contacts, json_to_record(raw -> 'contact') AS r(wa text) WHERE id = 7

SELECT (jsonb_populate_record(NULL::derived, jsonb_build_object('phone', details -> 'contact' -> 'wa'))).phone FROM contacts WHERE id = 7

SELECT jsonb_pretty(details), jsonb_strip_nulls(details) FROM contacts WHERE id = 7

SELECT details || '{}', details - 'city', details #- '{contact,hours}' FROM contacts WHERE id = 7

SELECT jsonb_set(details, '{city}', details -> 'contact' -> 'wa') FROM contacts WHERE id = 7

SELECT jsonb_insert(details, '{z}', details -> 'pin') FROM contacts WHERE id = 7

SELECT jsonb_agg(details), json_agg(raw), json_object_agg(id, raw) FROM contacts

SELECT to_jsonb(c), row_to_json(c), c::text FROM contacts c WHERE id = 7

SELECT max(details::text), min(details ->> 'pin') FROM contacts

SELECT md5(details::text), length(raw::text), pg_column_size(raw) FROM contacts WHERE id = 7

SELECT octet_length(raw::text), hashtext(details::text) FROM contacts WHERE id = 7

SELECT to_tsvector('simple', details) FROM contacts WHERE id = 7

SELECT jsonb_to_tsvector('simple', details, '["all"]') @@ '119'::tsquery FROM contacts ORDER BY id

SELECT id FROM contacts ORDER BY details -> 'contact' ->> 'wa', id

SELECT id FROM contacts ORDER BY md5(details::text), id

SELECT id FROM contacts WHERE details -> 'contact' ->> 'wa' < '+62i' ORDER BY id

SELECT id FROM contacts WHERE details::text LIKE '%+62g%' ORDER BY id

SELECT id FROM contacts WHERE md5(raw::text) < '8' ORDER BY id

SELECT id FROM contacts WHERE (details ->> 'pin')::int > 120 ORDER BY id

SELECT id FROM contacts WHERE details @> '{"pin": 119}' ORDER BY id

SELECT count(*) FILTER (WHERE details -> 'pin' > '250') FROM contacts

SELECT details -> 'pin', count(*) FROM contacts GROUP BY 1 ORDER BY 1

SELECT DISTINCT details -> 'contact' -> 'wa' FROM contacts ORDER BY 1

SELECT lag(details) OVER (ORDER BY id), first_value(raw) OVER (ORDER BY id) FROM contacts

SELECT a.id FROM contacts a JOIN contacts b ON a.details #>> '{contact,wa}' < b.details #>> '{contact,wa}' ORDER BY 1, b.id

SELECT (SELECT string_agg(c.details ->> 'pin', ',' ORDER BY id) FROM contacts c)

WITH w AS MATERIALIZED (SELECT * FROM contacts) SELECT details -> 'pin' FROM w ORDER BY id

SELECT details FROM contacts UNION SELECT raw::jsonb FROM contacts ORDER BY 1

COPY contacts TO STDOUT

COPY contacts (details) TO STDOUT

COPY (SELECT raw FROM contacts ORDER BY id) TO STDOUT WITH (FORMAT csv)

SELECT xmlelement(name d, details) FROM contacts WHERE id = 7

SELECT format('%s', details), concat(details), quote_literal(details) FROM contacts WHERE id = 7
