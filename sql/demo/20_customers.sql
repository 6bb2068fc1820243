-- 24,000 customers. Numbers of the row choose from lists of different lengths, so that the combinations vary.
WITH lists AS (
    SELECT ARRAY['Adi', 'Agus', 'Ahmad', 'Ayu', 'Bambang', 'Bayu', 'Budi', 'Citra', 'Dewi', 'Dian', 'Dimas', 'Eka',
                 'Endang', 'Fajar', 'Fitri', 'Gita', 'Hadi', 'Hendra', 'Indah', 'Indra', 'Intan', 'Joko', 'Kartika',
                 'Lestari', 'Made', 'Maya', 'Mega', 'Nanda', 'Ni Luh', 'Novi', 'Nur', 'Putri', 'Putu', 'Rahmat',
                 'Ratna', 'Rini', 'Rizki', 'Sari', 'Sinta', 'Siti', 'Sri', 'Teguh', 'Tri', 'Wahyu', 'Wati', 'Yuni',
                 'Yusuf'] AS given,
           ARRAY['Anggraini', 'Ardianto', 'Firmansyah', 'Gunawan', 'Hakim', 'Halim', 'Handayani', 'Hartono',
                 'Hidayat', 'Irawan', 'Kurniawan', 'Kusuma', 'Lestari', 'Lubis', 'Mahendra', 'Maulana', 'Nasution',
                 'Nugroho', 'Pangestu', 'Permata', 'Prasetyo', 'Pratama', 'Purnama', 'Rahayu', 'Rahman', 'Ramadhan',
                 'Saputra', 'Setiawan', 'Siregar', 'Suharto', 'Sulistyo', 'Susanti', 'Susanto', 'Utami', 'Wibowo',
                 'Widodo', 'Wijaya', 'Winata', 'Wulandari', 'Yulianti', 'Simatupang'] AS family,
           ARRAY['Jakarta', 'Surabaya', 'Bandung', 'Medan', 'Semarang', 'Makassar', 'Palembang', 'Depok', 'Tangerang',
                 'Bekasi', 'Bogor', 'Malang', 'Yogyakarta', 'Denpasar', 'Balikpapan', 'Padang', 'Pontianak', 'Manado',
                 'Mataram'] AS city,
           ARRAY['Sudirman', 'Thamrin', 'Gatot Subroto', 'Diponegoro', 'Merdeka', 'Ahmad Yani', 'Pahlawan', 'Melati',
                 'Kenanga', 'Mawar', 'Anggrek', 'Cendana', 'Veteran'] AS street,
           ARRAY['11', '12', '13', '21', '22', '52', '56', '57', '77', '78', '81', '95'] AS prefix
)
INSERT INTO public.customers (id, full_name, phone, email, address, city, birthday, created_at)
SELECT n,
       given[1 + n * 7 % 47] || ' ' || family[1 + n / 3 % 41],
       -- 48271 and 10^8 have no common divisor: no number occurs twice.
       '+628' || prefix[1 + n % 12] || lpad((n::bigint * 48271 % 100000000)::text, 8, '0'),
       lower(replace(given[1 + n * 7 % 47], ' ', '') || '.' || family[1 + n / 3 % 41]) || n || '@'
           || (ARRAY['example.com', 'example.net', 'example.org', 'mail.example'])[1 + n % 4],
       CASE WHEN n % 29 <> 0 THEN 'Jl. ' || street[1 + n % 13] || ' No. ' || 1 + n * 31 % 240 END,
       -- Larger cities come earlier in the list, and more often.
       city[1 + least(n * 13 % 19, n * 17 % 23)],
       CASE WHEN n % 41 <> 0 THEN date '1955-03-01' + n * 7877 % 18500 END,
       timestamptz '2021-01-04 02:00:00+00' + n * interval '97 minutes'
FROM generate_series(1, 24000) AS n, lists;

CREATE UNIQUE INDEX customers_phone_key ON public.customers (phone);
CREATE UNIQUE INDEX customers_email_key ON public.customers (email);
CREATE INDEX customers_city_idx ON public.customers (city);
