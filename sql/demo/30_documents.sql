-- ID cards as PNG images of 24 x 16 pixels and selfies as JPEG images of 16 x 16: small, but real.
WITH pictures AS (
    SELECT ARRAY[
               decode(
                   '89504e470d0a1a0a0000000d4948445200000018000000100203000000714a57060000000c504c5445bcd6f0'
                   '283c6ec83c3cf0f0f0bc3b3295000000364944415478da63604001a2a10e606aa9ffff3f0c0c622bc13ca955'
                   '50caffffff033041d1a5102ad4ffff0784be50b8e07f380f050000474912d94cc9ffd70000000049454e44ae'
                   '426082',
                   'hex'),
               decode(
                   '89504e470d0a1a0a0000000d4948445200000018000000100203000000714a57060000000c504c5445f0debc'
                   '6e3c1ec83c3cf0f0f0f6f76429000000344944415478da63604001a2a10e606aa9ffffff0718c456827952ab'
                   'a0145090012628ba144285faffff83d0170a17fc00e7a1000058c212d920b622ea0000000049454e44ae4260'
                   '82',
                   'hex'),
               decode(
                   '89504e470d0a1a0a0000000d4948445200000018000000100203000000714a57060000000c504c5445c8f0c8'
                   '1e5a32c83c3cf0f0f021a09ce1000000344944415478da63604001a2a10e606aa9ffff0f0c0c622bc13ca955'
                   '50caffff1fb8a0e8520815eaffff3f425f2842f0008c870200259212d979287f880000000049454e44ae4260'
                   '82',
                   'hex'),
               decode(
                   '89504e470d0a1a0a0000000d4948445200000018000000100203000000714a57060000000c504c5445e8c8f0'
                   '501e64c83c3cf0f0f02b9ee783000000344944415478da63604001a2a10e606aa9ffffff0c0c622bc13ca955'
                   '50caffff07b8a0e85208150a547900ae2f142ef807ce430100370b12d99f147d120000000049454e44ae4260'
                   '82',
                   'hex')
           ] AS cards,
           ARRAY[
               decode(
                   'ffd8ffe000104a46494600010100000100010000ffdb004300140e0f120f0d14121012171514181e32211e1c'
                   '1c1e3d2c2e243249404c4b47404645505a736250556d5645466488656d777b8182814e608d978c7d96737e81'
                   '7cffc0000b080010001001011100ffc40017000003010000000000000000000000000001020506ffc4002010'
                   '0002010305010100000000000000000001020304051100122141612232ffda0008010100003f00b9593b428a'
                   '13f4dd9eb4b4752d292927240c838d67afb73ab8ae5353a4d8890a955da38f91e7ba161b8d54b748a179731b'
                   'e770da39c2923ad7ffd9',
                   'hex'),
               decode(
                   'ffd8ffe000104a46494600010100000100010000ffdb004300140e0f120f0d14121012171514181e32211e1c'
                   '1c1e3d2c2e243249404c4b47404645505a736250556d5645466488656d777b8182814e608d978c7d96737e81'
                   '7cffc0000b080010001001011100ffc400160001010100000000000000000000000000020104ffc400201000'
                   '0104020300030000000000000000000102030411001205213171a1f0ffda0008010100003f001c7444c97145'
                   'cbd115d03e9fd78f928488e94b8d58493441375f1f7981b90ec770a9a56a6abc072b92de92a48797b6b75d01'
                   '9fffd9',
                   'hex'),
               decode(
                   'ffd8ffe000104a46494600010100000100010000ffdb004300140e0f120f0d14121012171514181e32211e1c'
                   '1c1e3d2c2e243249404c4b47404645505a736250556d5645466488656d777b8182814e608d978c7d96737e81'
                   '7cffc0000b080010001001011100ffc400160001010100000000000000000000000000030102ffc4001e1001'
                   '0001040203000000000000000000000102000304112131122281ffda0008010100003f007c8bada89e3db59c'
                   '6bd2b8b19f286f745953937182fa9ad1f2a62c92e911e1eebfffd9',
                   'hex')
           ] AS faces
)
INSERT INTO kyc.documents (id, customer_id, kind, status, image, selfie, submitted_at)
SELECT n,
       customers.id,
       (ARRAY['ktp', 'ktp', 'ktp', 'passport', 'sim'])[1 + n % 5],
       (ARRAY['accepted', 'accepted', 'pending', 'accepted', 'rejected', 'accepted', 'accepted'])[1 + n % 7],
       cards[1 + n % 4],
       CASE WHEN n % 11 <> 0 THEN faces[1 + n % 3] END,
       customers.created_at + n % 72 * interval '1 hour'
FROM public.customers, pictures, LATERAL (SELECT customers.id + 100000) AS document (n);

CREATE INDEX documents_customer_id_idx ON kyc.documents (customer_id);
CREATE INDEX documents_pending_idx ON kyc.documents (submitted_at) WHERE status = 'pending';
ALTER TABLE kyc.documents ADD FOREIGN KEY (customer_id) REFERENCES public.customers (id);
