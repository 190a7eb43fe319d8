#pragma once
// The command_status values of SMPP with their names. Pure data, any thread.
// Source: SMPP Protocol Specification v3.4 issue 1.2, table 5-2. Carriers add their own from 0x400 on; a
// Status may hold any 32-bit number.

#include <cstdint>
#include <string_view>

namespace yizhan::smpp {

// X(enumerator, value, name in the specification, what it says)
#define YIZHAN_SMPP_STATUSES(X)                                                                 \
  X(kOk, 0x00, "ESME_ROK", "no error")                                                          \
  X(kInvalidMessageLength, 0x01, "ESME_RINVMSGLEN", "message length is invalid")                \
  X(kInvalidCommandLength, 0x02, "ESME_RINVCMDLEN", "command length is invalid")                \
  X(kInvalidCommandId, 0x03, "ESME_RINVCMDID", "invalid command id")                            \
  X(kIncorrectBindStatus, 0x04, "ESME_RINVBNDSTS", "incorrect bind status for given command")   \
  X(kAlreadyBound, 0x05, "ESME_RALYBND", "already in bound state")                              \
  X(kInvalidPriority, 0x06, "ESME_RINVPRTFLG", "invalid priority flag")                         \
  X(kInvalidRegisteredDelivery, 0x07, "ESME_RINVREGDLVFLG", "invalid registered delivery flag") \
  X(kSystemError, 0x08, "ESME_RSYSERR", "system error")                                         \
  X(kInvalidSourceAddress, 0x0A, "ESME_RINVSRCADR", "invalid source address")                   \
  X(kInvalidDestinationAddress, 0x0B, "ESME_RINVDSTADR", "invalid destination address")         \
  X(kInvalidMessageId, 0x0C, "ESME_RINVMSGID", "message id is invalid")                         \
  X(kBindFailed, 0x0D, "ESME_RBINDFAIL", "bind failed")                                         \
  X(kInvalidPassword, 0x0E, "ESME_RINVPASWD", "invalid password")                               \
  X(kInvalidSystemId, 0x0F, "ESME_RINVSYSID", "invalid system id")                              \
  X(kCancelFailed, 0x11, "ESME_RCANCELFAIL", "cancel_sm failed")                                \
  X(kReplaceFailed, 0x13, "ESME_RREPLACEFAIL", "replace_sm failed")                             \
  X(kQueueFull, 0x14, "ESME_RMSGQFUL", "message queue full")                                    \
  X(kInvalidServiceType, 0x15, "ESME_RINVSERTYP", "invalid service type")                       \
  X(kInvalidDestinationCount, 0x33, "ESME_RINVNUMDESTS", "invalid number of destinations")      \
  X(kInvalidListName, 0x34, "ESME_RINVDLNAME", "invalid distribution list name")                \
  X(kInvalidDestinationFlag, 0x40, "ESME_RINVDESTFLAG", "destination flag is invalid")          \
  X(kInvalidReplaceRequest, 0x42, "ESME_RINVSUBREP", "invalid submit with replace request")     \
  X(kInvalidEsmClass, 0x43, "ESME_RINVESMCLASS", "invalid esm_class field data")                \
  X(kCannotSubmitToList, 0x44, "ESME_RCNTSUBDL", "cannot submit to distribution list")          \
  X(kSubmitFailed, 0x45, "ESME_RSUBMITFAIL", "submit_sm or submit_multi failed")                \
  X(kInvalidSourceTon, 0x48, "ESME_RINVSRCTON", "invalid source address TON")                   \
  X(kInvalidSourceNpi, 0x49, "ESME_RINVSRCNPI", "invalid source address NPI")                   \
  X(kInvalidDestinationTon, 0x50, "ESME_RINVDSTTON", "invalid destination address TON")         \
  X(kInvalidDestinationNpi, 0x51, "ESME_RINVDSTNPI", "invalid destination address NPI")         \
  X(kInvalidSystemType, 0x53, "ESME_RINVSYSTYP", "invalid system_type field")                   \
  X(kInvalidReplaceFlag, 0x54, "ESME_RINVREPFLAG", "invalid replace_if_present flag")           \
  X(kInvalidMessageCount, 0x55, "ESME_RINVNUMMSGS", "invalid number of messages")               \
  X(kThrottled, 0x58, "ESME_RTHROTTLED", "throttling error: message limits exceeded")           \
  X(kInvalidSchedule, 0x61, "ESME_RINVSCHED", "invalid scheduled delivery time")                \
  X(kInvalidExpiry, 0x62, "ESME_RINVEXPIRY", "invalid validity period")                         \
  X(kInvalidDefaultMessage, 0x63, "ESME_RINVDFTMSGID", "predefined message invalid")            \
  X(kTemporaryAppError, 0x64, "ESME_RX_T_APPN", "receiver temporary application error")         \
  X(kPermanentAppError, 0x65, "ESME_RX_P_APPN", "receiver permanent application error")         \
  X(kRejectAppError, 0x66, "ESME_RX_R_APPN", "receiver reject message error")                   \
  X(kQueryFailed, 0x67, "ESME_RQUERYFAIL", "query_sm failed")                                   \
  X(kInvalidTlvStream, 0xC0, "ESME_RINVOPTPARSTREAM", "error in the optional part of the PDU")  \
  X(kTlvNotAllowed, 0xC1, "ESME_ROPTPARNOTALLWD", "optional parameter not allowed")             \
  X(kInvalidTlvLength, 0xC2, "ESME_RINVPARLEN", "invalid parameter length")                     \
  X(kMissingTlv, 0xC3, "ESME_RMISSINGOPTPARAM", "expected optional parameter missing")          \
  X(kInvalidTlvValue, 0xC4, "ESME_RINVOPTPARAMVAL", "invalid optional parameter value")         \
  X(kDeliveryFailure, 0xFE, "ESME_RDELIVERYFAILURE", "delivery failure")                        \
  X(kUnknownError, 0xFF, "ESME_RUNKNOWNERR", "unknown error")

enum class Status : uint32_t {
#define X(enumerator, value, name, meaning) enumerator = value,
  YIZHAN_SMPP_STATUSES(X)
#undef X
};

// "ESME_RTHROTTLED"; empty for a value that the specification does not name.
constexpr std::string_view status_name(Status status) {
  switch (status) {
#define X(enumerator, value, name, meaning) \
  case Status::enumerator:                  \
    return name;
    YIZHAN_SMPP_STATUSES(X)
#undef X
  }
  return {};
}

// "throttling error: message limits exceeded"; empty for a value that the specification does not name.
constexpr std::string_view status_meaning(Status status) {
  switch (status) {
#define X(enumerator, value, name, meaning) \
  case Status::enumerator:                  \
    return meaning;
    YIZHAN_SMPP_STATUSES(X)
#undef X
  }
  return {};
}

}  // namespace yizhan::smpp
