#include "gateway/net/tls_context.hpp"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

namespace gateway::net {
namespace {

// ALPN's list form: length, then name.
constexpr std::array<unsigned char, 11> postgresql_protocol{10,  'p', 'o', 's', 't', 'g',
                                                            'r', 'e', 's', 'q', 'l'};

std::string der_of(X509* certificate) {
    std::string der(static_cast<std::size_t>(std::max(0, i2d_X509(certificate, nullptr))), '\0');
    auto* out = reinterpret_cast<unsigned char*>(der.data());
    if (der.empty() || i2d_X509(certificate, &out) <= 0) return {};
    return der;
}

std::shared_ptr<ssl_ctx_st> make_context(const SSL_METHOD* method) {
    std::shared_ptr<ssl_ctx_st> context(SSL_CTX_new(method), SslDeleter{});
    SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
    SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_NO_TICKET |
                                           SSL_OP_CIPHER_SERVER_PREFERENCE);
    SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
    SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                        SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    return context;
}

// A client that speaks ALPN must speak PostgreSQL; one that does not may be an older libpq.
int choose_protocol(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* in,
                    unsigned int in_size, void*) {
    unsigned char* chosen = nullptr;
    if (SSL_select_next_proto(&chosen, out_size, postgresql_protocol.data(), postgresql_protocol.size(), in,
                              in_size) != OPENSSL_NPN_NEGOTIATED) {
        return SSL_TLSEXT_ERR_ALERT_FATAL;
    }
    *out = chosen;
    return SSL_TLSEXT_ERR_OK;
}

// Asks clients for a certificate, which they may do without. One that does not verify ends the handshake, as
// it does with PostgreSQL.
std::optional<TlsError> trust_clients_of(ssl_ctx_st* context, const std::string& ca_file) {
    if (ca_file.empty()) return std::nullopt;
    STACK_OF(X509_NAME)* names = SSL_load_client_CA_file(ca_file.c_str());
    if (names == nullptr || SSL_CTX_load_verify_locations(context, ca_file.c_str(), nullptr) != 1) {
        sk_X509_NAME_pop_free(names, X509_NAME_free);
        return TlsError{"cannot read the roots of client certificates from " + ca_file + ": " +
                        take_tls_errors()};
    }
    SSL_CTX_set_client_CA_list(context, names);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
    return std::nullopt;
}

std::optional<TlsError> show_certificate(ssl_ctx_st* context, const std::string& certificate_file,
                                         const std::string& key_file) {
    if (SSL_CTX_use_certificate_chain_file(context, certificate_file.c_str()) != 1)
        return TlsError{"cannot use the certificate in " + certificate_file + ": " + take_tls_errors()};
    if (SSL_CTX_use_PrivateKey_file(context, key_file.c_str(), SSL_FILETYPE_PEM) != 1)
        return TlsError{"cannot use the key in " + key_file + ": " + take_tls_errors()};
    if (SSL_CTX_check_private_key(context) != 1) {
        return TlsError{"the key in " + key_file + " does not belong to the certificate in " +
                        certificate_file + ": " + take_tls_errors()};
    }
    return std::nullopt;
}

// Demands a certificate by a root in `ca_file`, or by one that the system trusts where it is empty.
std::optional<TlsError> check_servers(ssl_ctx_st* context, const std::string& ca_file) {
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
    const int loaded = ca_file.empty() ? SSL_CTX_set_default_verify_paths(context)
                                       : SSL_CTX_load_verify_locations(context, ca_file.c_str(), nullptr);
    if (loaded == 1) return std::nullopt;
    return TlsError{"cannot read certificates from " + ca_file + ": " + take_tls_errors()};
}

bool is_address(const std::string& host) {
    std::array<unsigned char, sizeof(in6_addr)> address{};
    return inet_pton(AF_INET, host.c_str(), address.data()) == 1 ||
           inet_pton(AF_INET6, host.c_str(), address.data()) == 1;
}

}  // namespace

void SslDeleter::operator()(ssl_ctx_st* context) const { SSL_CTX_free(context); }
void SslDeleter::operator()(ssl_st* ssl) const { SSL_free(ssl); }

boost::system::result<std::shared_ptr<const ServerTls>, TlsError> ServerTls::load(
    const config::ClientTls& files) {
    auto context = make_context(TLS_server_method());
    if (const auto error = show_certificate(context.get(), files.certificate_file, files.key_file))
        return *error;
    if (const auto error = trust_clients_of(context.get(), files.client_ca_file)) return *error;
    SSL_CTX_set_alpn_select_cb(context.get(), choose_protocol, nullptr);
    std::shared_ptr<ServerTls> tls(new ServerTls);
    tls->certificate_ = der_of(SSL_CTX_get0_certificate(context.get()));
    tls->context_ = std::move(context);
    return std::shared_ptr<const ServerTls>(std::move(tls));
}

SslPtr ServerTls::accept_on(int fd) const {
    SslPtr ssl(SSL_new(context_.get()));
    SSL_set_fd(ssl.get(), fd);
    SSL_set_accept_state(ssl.get());
    return ssl;
}

boost::system::result<std::shared_ptr<const ClientTls>, TlsError> ClientTls::load(
    const config::Server& server) {
    auto context = make_context(TLS_client_method());
    const bool checked =
        server.tls == config::TlsMode::verify_ca || server.tls == config::TlsMode::verify_full;
    if (checked) {
        if (const auto error = check_servers(context.get(), server.ca_file)) return *error;
    }
    SSL_CTX_set_alpn_protos(context.get(), postgresql_protocol.data(), postgresql_protocol.size());
    std::shared_ptr<ClientTls> tls(new ClientTls);
    tls->context_ = std::move(context);
    if (server.tls == config::TlsMode::verify_full) tls->host_ = server.endpoint.host;
    return std::shared_ptr<const ClientTls>(std::move(tls));
}

boost::system::result<std::shared_ptr<const ClientTls>, TlsError> ClientTls::load(
    const config::RedisTls& files, const std::string& host) {
    auto context = make_context(TLS_client_method());
    if (const auto error = check_servers(context.get(), files.ca_file)) return *error;
    if (!files.certificate_file.empty()) {
        if (const auto error = show_certificate(context.get(), files.certificate_file, files.key_file))
            return *error;
    }
    std::shared_ptr<ClientTls> tls(new ClientTls);
    tls->context_ = std::move(context);
    tls->host_ = host;
    return std::shared_ptr<const ClientTls>(std::move(tls));
}

SslPtr ClientTls::connect_on(int fd) const {
    SslPtr ssl(SSL_new(context_.get()));
    SSL_set_fd(ssl.get(), fd);
    SSL_set_connect_state(ssl.get());
    if (host_.empty()) return ssl;
    if (is_address(host_)) {
        X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl.get()), host_.c_str());
    } else {
        SSL_set1_host(ssl.get(), host_.c_str());
        SSL_set_tlsext_host_name(ssl.get(), host_.c_str());
    }
    return ssl;
}

std::string peer_certificate(const ssl_st* ssl) {
    const std::unique_ptr<X509, decltype(&X509_free)> certificate(SSL_get1_peer_certificate(ssl), X509_free);
    return certificate ? der_of(certificate.get()) : std::string{};
}

std::string verified_certificate(const ssl_st* ssl) {
    return SSL_get_verify_result(ssl) == X509_V_OK ? peer_certificate(ssl) : std::string{};
}

bool chose_postgresql(const ssl_st* ssl) {
    const unsigned char* name = nullptr;
    unsigned int size = 0;
    SSL_get0_alpn_selected(ssl, &name, &size);
    return std::string_view(reinterpret_cast<const char*>(name), size) == "postgresql";
}

std::string take_tls_errors() {
    std::string text;
    while (const unsigned long code = ERR_get_error()) {
        std::array<char, 256> line{};
        ERR_error_string_n(code, line.data(), line.size());
        if (!text.empty()) text += "; ";
        text += line.data();
    }
    return text;
}

}  // namespace gateway::net
