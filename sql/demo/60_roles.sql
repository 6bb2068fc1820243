-- The gateway's own log-in roles: one for each role of the policy, with no more rights than that role needs, so that a
-- mistake of the gateway cannot show what the database itself refuses. tabir_catalog only reads the catalog.
SELECT format('CREATE ROLE %I LOGIN', name)
FROM unnest(ARRAY['tabir_catalog', 'tabir_support', 'tabir_kyc', 'tabir_analyst', 'tabir_dba']) AS name
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec

ALTER ROLE tabir_catalog PASSWORD :'backend_password';
ALTER ROLE tabir_support PASSWORD :'backend_password';
ALTER ROLE tabir_kyc     PASSWORD :'backend_password';
ALTER ROLE tabir_analyst PASSWORD :'backend_password';
ALTER ROLE tabir_dba     PASSWORD :'backend_password';

GRANT USAGE ON SCHEMA support TO tabir_support;
GRANT SELECT ON public.customers, support.tickets, support.open_cases TO tabir_support;
GRANT INSERT, UPDATE, DELETE ON support.tickets TO tabir_support;

GRANT USAGE ON SCHEMA kyc TO tabir_kyc;
GRANT SELECT ON public.customers, kyc.documents TO tabir_kyc;

GRANT USAGE ON SCHEMA billing TO tabir_analyst;
GRANT SELECT ON public.customers, billing.transactions TO tabir_analyst;

GRANT ALL ON DATABASE :"DBNAME" TO tabir_dba;
GRANT ALL ON SCHEMA public, kyc, support, billing TO tabir_dba;
GRANT ALL ON ALL TABLES IN SCHEMA public, kyc, support, billing TO tabir_dba;

ANALYZE;
