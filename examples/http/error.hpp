// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// What a Session throws, by the names of aiohttp. what() says what happened, to which URL, and what to do
// next.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>

namespace http {

/// Base of all of them.
class ClientError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// The URL, or where a redirect leads, is no http or https URL.
class InvalidURL : public ClientError {
public:
    using ClientError::ClientError;
};

/// The body ended early, or came packed in a way that cannot be unpacked.
class ClientPayloadError : public ClientError {
public:
    using ClientError::ClientError;
};

/// text() or json(): the body is not what it was taken for. (Python: UnicodeDecodeError, JSONDecodeError.)
class DecodeError : public ClientError {
public:
    using ClientError::ClientError;
};

/// There was no connection to be had, or it broke; also what requests end with whose session is closed.
class ClientConnectionError : public ClientError {
public:
    using ClientError::ClientError;
};

/// The system reported an error of the connection.
class ClientOSError : public ClientConnectionError {
public:
    ClientOSError(const std::string& what, int os_error) : ClientConnectionError(what), os_error_(os_error) {}

    /// The errno; 0 if it is not known.
    int os_error() const noexcept { return os_error_; }

private:
    int os_error_;
};

/// The connection could not be made.
class ClientConnectorError : public ClientOSError {
public:
    using ClientOSError::ClientOSError;
};

/// The host's name could not be looked up.
class ClientConnectorDNSError : public ClientConnectorError {
public:
    ClientConnectorDNSError(const std::string& what, int os_error, int dns_error)
        : ClientConnectorError(what, os_error), dns_error_(dns_error) {}

    /// What getaddrinfo returned: EAI_NONAME, EAI_AGAIN, …
    int dns_error() const noexcept { return dns_error_; }

private:
    int dns_error_;
};

/// TLS: the other side could not show that it is who it should be, or there was no agreement at all.
class ClientConnectorCertificateError : public ClientConnectorError {
public:
    using ClientConnectorError::ClientConnectorError;
};

/// The server is to blame for the connection's end.
class ServerConnectionError : public ClientConnectionError {
public:
    using ClientConnectionError::ClientConnectionError;
};

/// The server closed the connection before it had answered.
class ServerDisconnectedError : public ServerConnectionError {
public:
    using ServerConnectionError::ServerConnectionError;
};

/// A time of ClientTimeout was over: ClientTimeout::total, or one of the two below. (In aiohttp it is an
/// asyncio.TimeoutError as well, and for `total` nothing but one; here fibers::TimeoutError is what an
/// enclosing timeout() of the caller's ends with, and never comes from a session.)
class ServerTimeoutError : public ServerConnectionError {
public:
    using ServerConnectionError::ServerConnectionError;
};

/// ClientTimeout::connect or sock_connect was over.
class ConnectionTimeoutError : public ServerTimeoutError {
public:
    using ServerTimeoutError::ServerTimeoutError;
};

/// ClientTimeout::sock_read was over.
class SocketTimeoutError : public ServerTimeoutError {
public:
    using ServerTimeoutError::ServerTimeoutError;
};

}  // namespace http
