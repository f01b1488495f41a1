#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <cstddef>
#include <cstring>

#include "calls.h"

namespace seatmapd {

namespace {

// sd_notify(3): one datagram to the socket that NOTIFY_SOCKET names; a leading '@' stands for the abstract namespace.
int send_datagram(const char* path, size_t path_length, const char* message, size_t message_length) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  if (path_length < 2 || path_length >= sizeof(address.sun_path)) return ENAMETOOLONG;
  std::memcpy(address.sun_path, path, path_length);
  if (path[0] == '@') address.sun_path[0] = '\0';
  // An abstract name has exactly this length; a path may, or may not, count the NUL behind it.
  const socklen_t address_length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path_length);

  const int socket_fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (socket_fd < 0) return errno;
  ssize_t sent;
  do {
    sent = sendto(socket_fd, message, message_length, MSG_NOSIGNAL | MSG_DONTWAIT,
                  reinterpret_cast<const sockaddr*>(&address), address_length);
  } while (sent < 0 && errno == EINTR);
  const int error = sent < 0 ? errno : 0;
  close(socket_fd);
  return error;
}

}  // namespace

NAN_METHOD(notify) {
  if (info.Length() != 2 || !info[0]->IsString() || !info[1]->IsString()) {
    return Nan::ThrowTypeError("wrong arguments: the socket's path and the message");
  }
  const Nan::Utf8String path(info[0]);
  const Nan::Utf8String message(info[1]);
  const int error = send_datagram(*path, path.length(), *message, message.length());
  if (error != 0) Nan::ThrowError(Nan::ErrnoException(error, "sendto", nullptr, *path));
}

}  // namespace seatmapd
