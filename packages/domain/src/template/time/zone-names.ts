/**
 * Names of the zones of the IANA time zone database, which Go knows by exact spelling, and what their
 * clocks are called. `Intl` has offsets and rules but neither aliases as they are spelt nor most
 * abbreviations. From tzdata 2025: what was in use at any time since 1965; where an offset has had
 * two names the later one stands. An offset without an abbreviation is shown as a number (`+0545`).
 *
 * Each entry: offsets from UTC in seconds, with abbreviation and `*` for summer time, then the zones.
 */
export const ZONE_NAMES: readonly (readonly [clocks: string, zones: string])[] = [
  [
    "",
    `America/Asuncion America/Caracas America/Cayenne America/Coyhaique America/Eirunepe
    America/Guyana America/La_Paz America/Paramaribo America/Porto_Acre America/Punta_Arenas
    America/Rio_Branco America/Santarem Antarctica/Casey Antarctica/Davis
    Antarctica/DumontDUrville Antarctica/Mawson Antarctica/Rothera Antarctica/Syowa
    Antarctica/Vostok Asia/Aden Asia/Bahrain Asia/Bangkok Asia/Brunei Asia/Chita Asia/Colombo
    Asia/Dili Asia/Dubai Asia/Ho_Chi_Minh Asia/Irkutsk Asia/Kabul Asia/Kashgar Asia/Kathmandu
    Asia/Katmandu Asia/Khandyga Asia/Krasnoyarsk Asia/Kuala_Lumpur Asia/Kuching Asia/Kuwait
    Asia/Magadan Asia/Muscat Asia/Omsk Asia/Phnom_Penh Asia/Qatar Asia/Qostanay Asia/Qyzylorda
    Asia/Rangoon Asia/Riyadh Asia/Saigon Asia/Singapore Asia/Srednekolymsk Asia/Thimbu
    Asia/Thimphu Asia/Urumqi Asia/Ust-Nera Asia/Vientiane Asia/Vladivostok Asia/Yakutsk
    Asia/Yangon Asia/Yekaterinburg Atlantic/Cape_Verde Atlantic/South_Georgia Brazil/Acre
    Etc/GMT+1 Etc/GMT+10 Etc/GMT+11 Etc/GMT+12 Etc/GMT+2 Etc/GMT+3 Etc/GMT+4 Etc/GMT+5 Etc/GMT+6
    Etc/GMT+7 Etc/GMT+8 Etc/GMT+9 Etc/GMT-1 Etc/GMT-10 Etc/GMT-11 Etc/GMT-12 Etc/GMT-13
    Etc/GMT-14 Etc/GMT-2 Etc/GMT-3 Etc/GMT-4 Etc/GMT-5 Etc/GMT-6 Etc/GMT-7 Etc/GMT-8 Etc/GMT-9
    Factory Indian/Chagos Indian/Christmas Indian/Cocos Indian/Kerguelen Indian/Mahe
    Indian/Maldives Indian/Reunion Kwajalein Pacific/Bougainville Pacific/Chuuk
    Pacific/Enderbury Pacific/Fakaofo Pacific/Funafuti Pacific/Gambier Pacific/Guadalcanal
    Pacific/Kanton Pacific/Kiritimati Pacific/Kosrae Pacific/Kwajalein Pacific/Majuro
    Pacific/Marquesas Pacific/Nauru Pacific/Niue Pacific/Palau Pacific/Pitcairn Pacific/Pohnpei
    Pacific/Ponape Pacific/Port_Moresby Pacific/Tahiti Pacific/Tarawa Pacific/Truk Pacific/Wake
    Pacific/Wallis Pacific/Yap Singapore`,
  ],
  [
    "-10800*",
    `America/Boa_Vista America/Campo_Grande America/Cuiaba America/Manaus America/Porto_Velho
    America/Santiago Brazil/West Chile/Continental`,
  ],
  ["-12600NST -9000NDT* -5400NDDT*", "America/St_Johns Canada/Newfoundland"],
  ["-14400*", "America/Bogota America/Guayaquil America/Lima"],
  [
    "-14400AST",
    `America/Anguilla America/Antigua America/Aruba America/Blanc-Sablon America/Curacao
    America/Dominica America/Grenada America/Guadeloupe America/Kralendijk America/Lower_Princes
    America/Marigot America/Montserrat America/Port_of_Spain America/Puerto_Rico
    America/St_Barthelemy America/St_Kitts America/St_Lucia America/St_Thomas America/St_Vincent
    America/Tortola America/Virgin`,
  ],
  [
    "-14400AST -10800ADT*",
    `America/Barbados America/Glace_Bay America/Halifax America/Martinique America/Moncton
    America/Thule Atlantic/Bermuda Canada/Atlantic`,
  ],
  ["-14400AST -12600NST -10800ADT* -9000NDT* -7200ADDT*", "America/Goose_Bay"],
  ["-14400AST -7200*", "America/Miquelon"],
  ["-18000*", "Chile/EasterIsland Pacific/Easter Pacific/Galapagos"],
  ["-18000CST -14400CDT*", "America/Havana Cuba"],
  ["-18000EST", "America/Atikokan America/Cayman America/Coral_Harbour America/Panama EST"],
  [
    "-18000EST -14400EDT*",
    `America/Detroit America/Fort_Wayne America/Grand_Turk America/Indiana/Indianapolis
    America/Indiana/Marengo America/Indiana/Vevay America/Indianapolis America/Jamaica
    America/Kentucky/Louisville America/Louisville America/Montreal America/Nassau
    America/New_York America/Nipigon America/Port-au-Prince America/Thunder_Bay America/Toronto
    Canada/Eastern EST5EDT Jamaica US/East-Indiana US/Eastern US/Michigan`,
  ],
  ["-18000EST -16200* -14400AST", "America/Santo_Domingo"],
  ["-21600CST", "America/Regina Canada/Saskatchewan"],
  [
    "-21600CST -18000CDT*",
    `America/Chicago America/Costa_Rica America/El_Salvador America/Guatemala
    America/Indiana/Knox America/Knox_IN America/Managua America/Matamoros America/Menominee
    America/Merida America/Mexico_City America/Monterrey America/Rainy_River
    America/Rankin_Inlet America/Resolute America/Tegucigalpa America/Winnipeg CST6CDT
    Canada/Central Mexico/General US/Central US/Indiana-Starke`,
  ],
  ["-21600CST -18000CDT* -14400EDT*", "America/Indiana/Tell_City"],
  [
    "-21600CST -18000EST -14400EDT*",
    `America/Cancun America/Indiana/Petersburg America/Indiana/Vincennes America/Indiana/Winamac
    America/Iqaluit America/Kentucky/Monticello America/Pangnirtung`,
  ],
  ["-21600CST -19800* -18000CDT*", "America/Belize"],
  ["-25200MST", "America/Creston MST"],
  ["-25200MST -21600CST", "America/Swift_Current"],
  [
    "-25200MST -21600CST -18000CDT*",
    `America/Bahia_Banderas America/Chihuahua America/North_Dakota/Beulah
    America/North_Dakota/Center America/North_Dakota/New_Salem America/Ojinaga`,
  ],
  [
    "-25200MST -21600MDT*",
    `America/Boise America/Denver America/Edmonton America/Hermosillo America/Mazatlan
    America/Phoenix America/Shiprock America/Yellowknife Canada/Mountain MST7MDT Mexico/BajaSur
    Navajo US/Arizona US/Mountain`,
  ],
  ["-25200MST -21600MDT* -18000CDT*", "America/Ciudad_Juarez"],
  ["-25200MST -21600MDT* -18000EST", "America/Cambridge_Bay"],
  ["-2670MMT 0GMT", "Africa/Monrovia"],
  ["-28800PST -25200MST", "America/Dawson_Creek America/Fort_Nelson"],
  ["-28800PST -25200MST -21600MDT*", "America/Inuvik"],
  [
    "-28800PST -25200PDT*",
    `America/Ensenada America/Los_Angeles America/Santa_Isabel America/Tijuana America/Vancouver
    Canada/Pacific Mexico/BajaNorte PST8PDT US/Pacific`,
  ],
  ["-32400AKST -28800AKDT*", "America/Yakutat"],
  ["-32400AKST -28800AKDT* -25200PDT*", "America/Juneau America/Metlakatla America/Sitka"],
  ["-32400YST -28800PST -25200MST", "America/Dawson America/Whitehorse Canada/Yukon"],
  ["-34200*", "Pacific/Rarotonga"],
  ["-3600*", "America/Godthab America/Noronha America/Nuuk Brazil/DeNoronha"],
  ["-3600* 0*", "America/Scoresbysund"],
  ["-36000* 50400*", "Pacific/Apia"],
  ["-36000AHST -32400AKST -28800AKDT*", "America/Anchorage US/Alaska"],
  ["-36000HST", "HST Pacific/Honolulu Pacific/Johnston US/Hawaii"],
  ["-39600BST -36000BDT* -32400AKST -28800AKDT*", "America/Nome"],
  ["-39600BST -36000HST -32400HDT*", "America/Adak America/Atka US/Aleutian"],
  ["-39600SST", "Pacific/Midway Pacific/Pago_Pago Pacific/Samoa US/Samoa"],
  [
    "-7200*",
    `America/Araguaina America/Argentina/Buenos_Aires America/Argentina/Catamarca
    America/Argentina/ComodRivadavia America/Argentina/Cordoba America/Argentina/Jujuy
    America/Argentina/La_Rioja America/Argentina/Mendoza America/Argentina/Rio_Gallegos
    America/Argentina/Salta America/Argentina/San_Juan America/Argentina/San_Luis
    America/Argentina/Tucuman America/Argentina/Ushuaia America/Bahia America/Belem
    America/Buenos_Aires America/Catamarca America/Cordoba America/Fortaleza America/Jujuy
    America/Maceio America/Mendoza America/Recife America/Rosario America/Sao_Paulo
    Antarctica/Palmer Atlantic/Stanley Brazil/East`,
  ],
  ["-7200* 0GMT", "America/Danmarkshavn"],
  ["-9000* -7200* -5400*", "America/Montevideo"],
  ["0*", "Africa/Casablanca Africa/El_Aaiun"],
  ["0* 3600WEST*", "Atlantic/Azores"],
  [
    "0GMT",
    `Africa/Abidjan Africa/Accra Africa/Bamako Africa/Banjul Africa/Bissau Africa/Conakry
    Africa/Dakar Africa/Freetown Africa/Lome Africa/Nouakchott Africa/Ouagadougou
    Africa/Timbuktu Atlantic/Reykjavik Atlantic/St_Helena Etc/GMT Etc/GMT+0 Etc/GMT-0 Etc/GMT0
    Etc/Greenwich GMT GMT+0 GMT-0 GMT0 Greenwich Iceland`,
  ],
  [
    "0GMT 3600BST*",
    "Europe/Belfast Europe/Guernsey Europe/Isle_of_Man Europe/Jersey Europe/London GB GB-Eire",
  ],
  ["0GMT 3600WAT", "Africa/Sao_Tome"],
  ["0GMT* 3600IST", "Eire Europe/Dublin"],
  ["0UTC", "Etc/UCT Etc/UTC Etc/Universal Etc/Zulu UCT UTC Universal Zulu"],
  ["0WET 3600CET 7200CEST*", "Africa/Algiers Africa/Ceuta"],
  ["0WET 3600WEST*", "Atlantic/Canary Atlantic/Faeroe Atlantic/Faroe Atlantic/Madeira WET"],
  ["0WET 3600WEST* 7200CEST*", "Europe/Lisbon Portugal"],
  [
    "10800EAT",
    `Africa/Addis_Ababa Africa/Asmara Africa/Asmera Africa/Dar_es_Salaam Africa/Djibouti
    Africa/Kampala Africa/Mogadishu Africa/Nairobi Indian/Antananarivo Indian/Comoro
    Indian/Mayotte`,
  ],
  ["10800MSK 14400MSK 18000*", "Europe/Kirov"],
  ["10800MSK 18000*", "Europe/Volgograd"],
  ["14400*", "Asia/Baghdad"],
  ["16200* 18000*", "Asia/Tehran Iran"],
  [
    "18000*",
    `Asia/Baku Asia/Tbilisi Asia/Yerevan Europe/Astrakhan Europe/Samara Europe/Saratov
    Europe/Ulyanovsk Indian/Mauritius`,
  ],
  ["18000PKT 21600PKST*", "Asia/Karachi"],
  ["19800IST", "Asia/Calcutta Asia/Kolkata"],
  [
    "21600*",
    "Asia/Aqtau Asia/Aqtobe Asia/Ashgabat Asia/Ashkhabad Asia/Atyrau Asia/Oral Asia/Samarkand",
  ],
  ["21600* 25200*", "Asia/Dushanbe Asia/Tashkent"],
  ["25200*", "Asia/Almaty Asia/Bishkek Asia/Dacca Asia/Dhaka"],
  ["25200WIB", "Asia/Jakarta"],
  ["25200WIB 28800WITA", "Asia/Pontianak"],
  ["28800*", "Asia/Barnaul Asia/Hovd Asia/Novokuznetsk Asia/Novosibirsk Asia/Tomsk"],
  ["28800AWST 32400AWDT*", "Australia/Perth Australia/West"],
  [
    "28800CST 32400CDT*",
    `Asia/Chongqing Asia/Chungking Asia/Harbin Asia/Macao Asia/Macau Asia/Shanghai Asia/Taipei
    PRC ROC`,
  ],
  ["28800HKT 32400HKST*", "Asia/Hong_Kong Hongkong"],
  ["28800PST 32400PDT*", "Asia/Manila"],
  ["28800WITA", "Asia/Makassar Asia/Ujung_Pandang"],
  ["30600KST 32400KST", "Asia/Pyongyang"],
  ["32400*", "Asia/Choibalsan Asia/Ulaanbaatar Asia/Ulan_Bator"],
  ["32400JST", "Asia/Tokyo Japan"],
  ["32400KST 36000KDT*", "Asia/Seoul ROK"],
  ["32400WIT", "Asia/Jayapura"],
  ["34200ACST", "Australia/Darwin Australia/North"],
  [
    "34200ACST 37800ACDT*",
    "Australia/Adelaide Australia/Broken_Hill Australia/South Australia/Yancowinna",
  ],
  ["35100*", "Australia/Eucla"],
  ["36000AEST 39600* 41400*", "Australia/LHI Australia/Lord_Howe"],
  [
    "36000AEST 39600AEDT*",
    `Antarctica/Macquarie Australia/ACT Australia/Brisbane Australia/Canberra Australia/Currie
    Australia/Hobart Australia/Lindeman Australia/Melbourne Australia/NSW Australia/Queensland
    Australia/Sydney Australia/Tasmania Australia/Victoria`,
  ],
  ["36000ChST 39600GDT*", "Pacific/Guam Pacific/Saipan"],
  [
    "3600CET 7200CEST*",
    `Africa/Tunis Arctic/Longyearbyen Atlantic/Jan_Mayen CET Europe/Amsterdam Europe/Andorra
    Europe/Belgrade Europe/Berlin Europe/Bratislava Europe/Brussels Europe/Budapest
    Europe/Busingen Europe/Copenhagen Europe/Gibraltar Europe/Ljubljana Europe/Luxembourg
    Europe/Madrid Europe/Malta Europe/Monaco Europe/Oslo Europe/Paris Europe/Podgorica
    Europe/Prague Europe/Rome Europe/San_Marino Europe/Sarajevo Europe/Skopje Europe/Stockholm
    Europe/Tirane Europe/Vaduz Europe/Vatican Europe/Vienna Europe/Warsaw Europe/Zagreb
    Europe/Zurich Poland`,
  ],
  ["3600CET 7200EET", "Africa/Tripoli Libya"],
  ["3600CET 7200EET 10800EEST* 14400MSD*", "Europe/Vilnius"],
  ["3600MET 7200MEST*", "MET"],
  [
    "3600WAT",
    `Africa/Bangui Africa/Brazzaville Africa/Douala Africa/Kinshasa Africa/Lagos
    Africa/Libreville Africa/Luanda Africa/Malabo Africa/Niamey Africa/Porto-Novo`,
  ],
  ["3600WAT 7200WAST*", "Africa/Ndjamena"],
  ["3600WAT* 7200CAT", "Africa/Windhoek"],
  ["43200*", "Asia/Sakhalin Pacific/Efate Pacific/Noumea"],
  ["43200* 45000*", "Pacific/Norfolk"],
  ["43200NZST 46800NZDT*", "Antarctica/McMurdo Antarctica/South_Pole NZ Pacific/Auckland"],
  ["46800*", "Asia/Kamchatka Pacific/Fiji"],
  ["46800* 50400*", "Asia/Anadyr"],
  ["49500*", "NZ-CHAT Pacific/Chatham"],
  ["50400*", "Pacific/Tongatapu"],
  ["7200*", "Antarctica/Troll"],
  [
    "7200CAT",
    `Africa/Blantyre Africa/Bujumbura Africa/Gaborone Africa/Harare Africa/Kigali
    Africa/Lubumbashi Africa/Lusaka Africa/Maputo`,
  ],
  ["7200CAT 10800EAT", "Africa/Juba Africa/Khartoum"],
  ["7200EET", "Asia/Amman Asia/Damascus"],
  [
    "7200EET 10800EEST*",
    `Africa/Cairo Asia/Beirut Asia/Famagusta Asia/Gaza Asia/Hebron Asia/Nicosia EET Egypt
    Europe/Athens Europe/Bucharest Europe/Helsinki Europe/Mariehamn Europe/Nicosia Europe/Sofia`,
  ],
  [
    "7200EET 10800EEST* 14400MSD*",
    `Europe/Chisinau Europe/Kiev Europe/Kyiv Europe/Riga Europe/Tallinn Europe/Tiraspol
    Europe/Uzhgorod Europe/Zaporozhye`,
  ],
  ["7200EET 10800MSK 14400MSK", "Europe/Moscow Europe/Simferopol W-SU"],
  ["7200EET 14400*", "Asia/Istanbul Europe/Istanbul Turkey"],
  ["7200EET 14400MSD*", "Europe/Kaliningrad Europe/Minsk"],
  ["7200IST 10800IDT*", "Asia/Jerusalem Asia/Tel_Aviv Israel"],
  ["7200SAST", "Africa/Johannesburg Africa/Maseru Africa/Mbabane"],
];
