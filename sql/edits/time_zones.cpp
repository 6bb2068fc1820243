#include "sql/edits/time_zones.hpp"

#include <algorithm>
#include <array>

namespace sql::edits {
namespace {

// zone.tab of the IANA time zone database without what came after 2021, in lower case and in order.
// clang-format off
constexpr auto zones = std::to_array<std::string_view>({
    "africa/abidjan", "africa/accra", "africa/addis_ababa", "africa/algiers", "africa/asmara", "africa/bamako",
    "africa/bangui", "africa/banjul", "africa/bissau", "africa/blantyre", "africa/brazzaville", "africa/bujumbura",
    "africa/cairo", "africa/casablanca", "africa/ceuta", "africa/conakry", "africa/dakar", "africa/dar_es_salaam",
    "africa/djibouti", "africa/douala", "africa/el_aaiun", "africa/freetown", "africa/gaborone", "africa/harare",
    "africa/johannesburg", "africa/juba", "africa/kampala", "africa/khartoum", "africa/kigali", "africa/kinshasa",
    "africa/lagos", "africa/libreville", "africa/lome", "africa/luanda", "africa/lubumbashi", "africa/lusaka",
    "africa/malabo", "africa/maputo", "africa/maseru", "africa/mbabane", "africa/mogadishu", "africa/monrovia",
    "africa/nairobi", "africa/ndjamena", "africa/niamey", "africa/nouakchott", "africa/ouagadougou",
    "africa/porto-novo", "africa/sao_tome", "africa/tripoli", "africa/tunis", "africa/windhoek", "america/adak",
    "america/anchorage", "america/anguilla", "america/antigua", "america/araguaina", "america/argentina/buenos_aires",
    "america/argentina/catamarca", "america/argentina/cordoba", "america/argentina/jujuy", "america/argentina/la_rioja",
    "america/argentina/mendoza", "america/argentina/rio_gallegos", "america/argentina/salta",
    "america/argentina/san_juan", "america/argentina/san_luis", "america/argentina/tucuman",
    "america/argentina/ushuaia", "america/aruba", "america/asuncion", "america/atikokan", "america/bahia",
    "america/bahia_banderas", "america/barbados", "america/belem", "america/belize", "america/blanc-sablon",
    "america/boa_vista", "america/bogota", "america/boise", "america/cambridge_bay", "america/campo_grande",
    "america/cancun", "america/caracas", "america/cayenne", "america/cayman", "america/chicago", "america/chihuahua",
    "america/costa_rica", "america/creston", "america/cuiaba", "america/curacao", "america/danmarkshavn",
    "america/dawson", "america/dawson_creek", "america/denver", "america/detroit", "america/dominica",
    "america/edmonton", "america/eirunepe", "america/el_salvador", "america/fort_nelson", "america/fortaleza",
    "america/glace_bay", "america/goose_bay", "america/grand_turk", "america/grenada", "america/guadeloupe",
    "america/guatemala", "america/guayaquil", "america/guyana", "america/halifax", "america/havana",
    "america/hermosillo", "america/indiana/indianapolis", "america/indiana/knox", "america/indiana/marengo",
    "america/indiana/petersburg", "america/indiana/tell_city", "america/indiana/vevay", "america/indiana/vincennes",
    "america/indiana/winamac", "america/inuvik", "america/iqaluit", "america/jamaica", "america/juneau",
    "america/kentucky/louisville", "america/kentucky/monticello", "america/kralendijk", "america/la_paz",
    "america/lima", "america/los_angeles", "america/lower_princes", "america/maceio", "america/managua",
    "america/manaus", "america/marigot", "america/martinique", "america/matamoros", "america/mazatlan",
    "america/menominee", "america/merida", "america/metlakatla", "america/mexico_city", "america/miquelon",
    "america/moncton", "america/monterrey", "america/montevideo", "america/montserrat", "america/nassau",
    "america/new_york", "america/nome", "america/noronha", "america/north_dakota/beulah", "america/north_dakota/center",
    "america/north_dakota/new_salem", "america/nuuk", "america/ojinaga", "america/panama", "america/paramaribo",
    "america/phoenix", "america/port-au-prince", "america/port_of_spain", "america/porto_velho", "america/puerto_rico",
    "america/punta_arenas", "america/rankin_inlet", "america/recife", "america/regina", "america/resolute",
    "america/rio_branco", "america/santarem", "america/santiago", "america/santo_domingo", "america/sao_paulo",
    "america/scoresbysund", "america/sitka", "america/st_barthelemy", "america/st_johns", "america/st_kitts",
    "america/st_lucia", "america/st_thomas", "america/st_vincent", "america/swift_current", "america/tegucigalpa",
    "america/thule", "america/tijuana", "america/toronto", "america/tortola", "america/vancouver", "america/whitehorse",
    "america/winnipeg", "america/yakutat", "antarctica/casey", "antarctica/davis", "antarctica/dumontdurville",
    "antarctica/macquarie", "antarctica/mawson", "antarctica/mcmurdo", "antarctica/palmer", "antarctica/rothera",
    "antarctica/syowa", "antarctica/troll", "antarctica/vostok", "arctic/longyearbyen", "asia/aden", "asia/almaty",
    "asia/amman", "asia/anadyr", "asia/aqtau", "asia/aqtobe", "asia/ashgabat", "asia/atyrau", "asia/baghdad",
    "asia/bahrain", "asia/baku", "asia/bangkok", "asia/barnaul", "asia/beirut", "asia/bishkek", "asia/brunei",
    "asia/chita", "asia/colombo", "asia/damascus", "asia/dhaka", "asia/dili", "asia/dubai", "asia/dushanbe",
    "asia/famagusta", "asia/gaza", "asia/hebron", "asia/ho_chi_minh", "asia/hong_kong", "asia/hovd", "asia/irkutsk",
    "asia/jakarta", "asia/jayapura", "asia/jerusalem", "asia/kabul", "asia/kamchatka", "asia/karachi", "asia/kathmandu",
    "asia/khandyga", "asia/kolkata", "asia/krasnoyarsk", "asia/kuala_lumpur", "asia/kuching", "asia/kuwait",
    "asia/macau", "asia/magadan", "asia/makassar", "asia/manila", "asia/muscat", "asia/nicosia", "asia/novokuznetsk",
    "asia/novosibirsk", "asia/omsk", "asia/oral", "asia/phnom_penh", "asia/pontianak", "asia/pyongyang", "asia/qatar",
    "asia/qostanay", "asia/qyzylorda", "asia/riyadh", "asia/sakhalin", "asia/samarkand", "asia/seoul", "asia/shanghai",
    "asia/singapore", "asia/srednekolymsk", "asia/taipei", "asia/tashkent", "asia/tbilisi", "asia/tehran",
    "asia/thimphu", "asia/tokyo", "asia/tomsk", "asia/ulaanbaatar", "asia/urumqi", "asia/ust-nera", "asia/vientiane",
    "asia/vladivostok", "asia/yakutsk", "asia/yangon", "asia/yekaterinburg", "asia/yerevan", "atlantic/azores",
    "atlantic/bermuda", "atlantic/canary", "atlantic/cape_verde", "atlantic/faroe", "atlantic/madeira",
    "atlantic/reykjavik", "atlantic/south_georgia", "atlantic/st_helena", "atlantic/stanley", "australia/adelaide",
    "australia/brisbane", "australia/broken_hill", "australia/darwin", "australia/eucla", "australia/hobart",
    "australia/lindeman", "australia/lord_howe", "australia/melbourne", "australia/perth", "australia/sydney",
    "etc/gmt", "etc/utc", "europe/amsterdam", "europe/andorra", "europe/astrakhan", "europe/athens", "europe/belgrade",
    "europe/berlin", "europe/bratislava", "europe/brussels", "europe/bucharest", "europe/budapest", "europe/busingen",
    "europe/chisinau", "europe/copenhagen", "europe/dublin", "europe/gibraltar", "europe/guernsey", "europe/helsinki",
    "europe/isle_of_man", "europe/istanbul", "europe/jersey", "europe/kaliningrad", "europe/kirov", "europe/lisbon",
    "europe/ljubljana", "europe/london", "europe/luxembourg", "europe/madrid", "europe/malta", "europe/mariehamn",
    "europe/minsk", "europe/monaco", "europe/moscow", "europe/oslo", "europe/paris", "europe/podgorica",
    "europe/prague", "europe/riga", "europe/rome", "europe/samara", "europe/san_marino", "europe/sarajevo",
    "europe/saratov", "europe/simferopol", "europe/skopje", "europe/sofia", "europe/stockholm", "europe/tallinn",
    "europe/tirane", "europe/ulyanovsk", "europe/vaduz", "europe/vatican", "europe/vienna", "europe/vilnius",
    "europe/volgograd", "europe/warsaw", "europe/zagreb", "europe/zurich", "gmt", "indian/antananarivo",
    "indian/chagos", "indian/christmas", "indian/cocos", "indian/comoro", "indian/kerguelen", "indian/mahe",
    "indian/maldives", "indian/mauritius", "indian/mayotte", "indian/reunion", "pacific/apia", "pacific/auckland",
    "pacific/bougainville", "pacific/chatham", "pacific/chuuk", "pacific/easter", "pacific/efate", "pacific/fakaofo",
    "pacific/fiji", "pacific/funafuti", "pacific/galapagos", "pacific/gambier", "pacific/guadalcanal", "pacific/guam",
    "pacific/honolulu", "pacific/kanton", "pacific/kiritimati", "pacific/kosrae", "pacific/kwajalein", "pacific/majuro",
    "pacific/marquesas", "pacific/midway", "pacific/nauru", "pacific/niue", "pacific/norfolk", "pacific/noumea",
    "pacific/pago_pago", "pacific/palau", "pacific/pitcairn", "pacific/pohnpei", "pacific/port_moresby",
    "pacific/rarotonga", "pacific/saipan", "pacific/tahiti", "pacific/tarawa", "pacific/tongatapu", "pacific/wake",
    "pacific/wallis", "utc",
});
// clang-format on
static_assert(std::ranges::is_sorted(zones));

}  // namespace

bool is_time_zone(std::string_view name) { return std::ranges::binary_search(zones, name); }

}  // namespace sql::edits
