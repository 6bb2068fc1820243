#pragma once

#include <boost/system/result.hpp>
#include <memory>
#include <string>

#include "gateway/config/config.hpp"

struct ssl_ctx_st;
struct ssl_st;

namespace gateway::net {

struct SslDeleter {
    void operator()(ssl_ctx_st* context) const;
    void operator()(ssl_st* ssl) const;
};
using SslPtr = std::unique_ptr<ssl_st, SslDeleter>;

/// What went wrong with a certificate, key or handshake; for the log.
struct TlsError {
    std::string message;
};

/// A certificate and key as offered to clients: TLS 1.2 or later, no renegotiation, no tickets, ALPN
/// "postgresql". Where a client CA is configured, clients may show a certificate of it.
class ServerTls {
public:
    [[nodiscard]] static boost::system::result<std::shared_ptr<const ServerTls>, TlsError> load(
        const config::ClientTls& files);

    [[nodiscard]] SslPtr accept_on(int fd) const;
    /// Our certificate (DER), to which channel binding ties a log-in.
    [[nodiscard]] const std::string& certificate() const { return certificate_; }

private:
    ServerTls() = default;
    std::shared_ptr<ssl_ctx_st> context_;
    std::string certificate_;
};

/// How one server's certificate is checked.
class ClientTls {
public:
    [[nodiscard]] static boost::system::result<std::shared_ptr<const ClientTls>, TlsError> load(
        const config::Server& server);
    /// The chain and the name are checked; our own certificate is shown where `files` names one. Without
    /// ALPN.
    [[nodiscard]] static boost::system::result<std::shared_ptr<const ClientTls>, TlsError> load(
        const config::RedisTls& files, const std::string& host);

    [[nodiscard]] SslPtr connect_on(int fd) const;

private:
    ClientTls() = default;
    std::shared_ptr<ssl_ctx_st> context_;
    std::string host_;  // whom the certificate must name; empty: not checked
};

/// The peer's certificate (DER); empty when it has none.
[[nodiscard]] std::string peer_certificate(const ssl_st* ssl);
/// The client's certificate (DER), after a handshake of ServerTls: it belongs to a client CA and is valid
/// now. Empty: the client showed none.
[[nodiscard]] std::string verified_certificate(const ssl_st* ssl);
/// Whether the handshake settled on ALPN "postgresql".
[[nodiscard]] bool chose_postgresql(const ssl_st* ssl);
/// The reasons in OpenSSL's queue of this thread, which is emptied.
[[nodiscard]] std::string take_tls_errors();

}  // namespace gateway::net
