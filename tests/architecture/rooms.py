"""The arrows between the rooms, and the one door of each C library (STYLE.md, section 2)."""

import pathlib
import re

ROOMS = {  # room: the rooms it may know
    "sql": {"sql"},
    "policies": {"policies", "sql"},
    "monitoring": {"monitoring"},
    "gateway": {"gateway", "policies", "sql", "monitoring"},
}

CLOSED_PARTS = {  # parts of a room that know nothing else of it
    "gateway/wire": {"gateway/wire"},
    "gateway/auth": {"gateway/auth"},
}

DOORS = {  # library: what its includes look like, and the folders or files that may have them
    "pg_query and PostgreSQL": (
        r"pg_query\.h|postgres\.h|(access|catalog|common|mb|nodes|parser|port|utils)/.*\.h", ["sql/parse/"]),
    "yaml-cpp": (r"yaml-cpp/.*", ["policies/load/", "gateway/config/"]),
    "prometheus-cpp": (r"prometheus/.*", ["monitoring/metrics"]),
    "libcurl": (r"curl/.*", ["gateway/events/"]),
    "cctz": (r"cctz/.*", ["policies/working_hours."]),
    "spdlog": (r"spdlog/.*", ["monitoring/log"]),
    "CLI11": (r"CLI/.*", ["gateway/cli/"]),
    "libpqxx": (r"pqxx/.*", ["gateway/backend/catalog_loader", "gateway/backend/rights_reader"]),
    "libpq": (r"libpq-fe\.h", []),
    "Beast": (r"boost/beast.*", ["gateway/http/"]),
    "Boost.JSON": (r"boost/json.*", ["gateway/cli/", "gateway/auth/"]),
    "Asio": (r"boost/asio.*", ["gateway/net/", "gateway/backend/", "gateway/session/", "gateway/http/",
                                "gateway/service/", "gateway/shared_store/", "gateway/process."]),
    "sockets": (r"sys/socket\.h|netinet/.*|arpa/inet\.h|netdb\.h|sys/epoll\.h|poll\.h",
                ["gateway/net/", "gateway/backend/", "gateway/http/", "gateway/config/"]),
    "TLS": (r"openssl/ssl\.h", ["gateway/net/"]),
    "hiredis": (r"hiredis/.*", ["gateway/shared_store/"]),
    "SASLprep": (r"stringprep\.h", ["gateway/auth/"]),
}

LINKS = {  # what may stand in target_link_libraries() of a room, besides the rooms that it may know
    "sql": {"build_flags", "Boost::headers", "${PG_QUERY_LIBRARY}", "fmt::fmt", "Threads::Threads"},
    "policies": {"build_flags", "Boost::headers", "yaml-cpp", "OpenSSL::Crypto", "fmt::fmt", "${CCTZ_LIBRARY}"},
    "monitoring": {"build_flags", "Boost::headers", "prometheus-cpp::core", "fmt::fmt", "spdlog::spdlog"},
}

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(["<])([^">]+)[">]', re.MULTILINE)
LINK = re.compile(r"target_link_libraries\(\s*(\S+)([^)]*)\)")
GLOB = re.compile(r"file\(\s*GLOB", re.IGNORECASE)


def source_violations(path: str, text: str) -> list[str]:
    """`path` is relative to the project, with slashes; gives one sentence for each include that breaks a rule."""
    room = path.split("/")[0]
    found = []
    for quote, target in INCLUDE.findall(text):
        target_room = target.split("/")[0]
        if quote == '"' and "/" not in target:
            found.append(f'{path}: includes "{target}" without its folder')
        if target_room == "tests" or (target_room in ROOMS and target_room not in ROOMS[room]):
            found.append(f"{path}: {room} may not know {target_room} ({target})")
        for part, known in CLOSED_PARTS.items():
            if path.startswith(part + "/") and target_room in ROOMS and str(pathlib.PurePosixPath(target).parent) not in known:
                found.append(f"{path}: {part} may not know {target}")
        for library, (pattern, doors) in DOORS.items():
            if quote == "<" and re.fullmatch(pattern, target) and not any(path.startswith(door) for door in doors):
                found.append(f"{path}: <{target}> belongs to {library}, whose door is {' or '.join(doors) or 'nowhere'}")
    return found


def cmake_violations(path: str, text: str) -> list[str]:
    text = re.sub(r"#.*", "", text)
    found = [f"{path}: lists its files by GLOB"] if GLOB.search(text) else []
    for target, libraries in LINK.findall(text):
        if target not in LINKS:
            continue
        allowed = LINKS[target] | ROOMS[target] | {"PUBLIC", "PRIVATE", "INTERFACE"}
        found += [f"{path}: {target} may not link {name}" for name in libraries.split() if name not in allowed]
    return found
