package tag

import "fmt"

// Quality is an OPC UA status code (OPC 10000-4 §7.39): the top two bits are the severity.
type Quality uint32

// The status codes that we set ourselves or name on the screen.
const (
	Good               Quality = 0x00000000
	Uncertain          Quality = 0x40000000
	UncertainLastValue Quality = 0x40900000 // UncertainLastUsableValue
	Bad                Quality = 0x80000000
	BadNoCommunication Quality = 0x80310000 // the session to the device is lost
	BadOutOfService    Quality = 0x808D0000 // the connection is disabled
	BadNodeInvalid     Quality = 0x80330000 // BadNodeIdInvalid: the address can be no node's
	BadNodeUnknown     Quality = 0x80340000 // BadNodeIdUnknown
	BadWaiting         Quality = 0x80320000 // BadWaitingForInitialData
	BadOutOfRange      Quality = 0x803C0000
	BadDataLost        Quality = 0x809D0000 // there were values, and they could not be kept
	BadTypeMismatch    Quality = 0x80740000
)

// Good tells whether a value of this quality may be used as it is.
func (q Quality) Good() bool { return q>>30 == 0 }

// Uncertain tells whether a value is there but doubtful.
func (q Quality) Uncertain() bool { return q>>30 == 1 }

// Bad tells whether the value must not be used.
func (q Quality) Bad() bool { return q>>30 >= 2 }

// Overflow marks a value before or after which the device dropped others of the tag, as its queue was full
// (OPC 10000-4 §7.39.1: InfoType DataValue, Overflow).
const Overflow Quality = 0x480

// infoType are the bits that say what the lower ones mean.
const infoType Quality = 0xC00

// Overflowed tells whether the device dropped others beside the value.
func (q Quality) Overflowed() bool { return q&(infoType|Overflow) == Overflow }

var qualityNames = map[Quality]string{
	Good: "good", Uncertain: "uncertain", UncertainLastValue: "uncertain, last usable value",
	Bad: "bad", BadNoCommunication: "no communication", BadOutOfService: "out of service",
	BadNodeInvalid: "address can be no node's", BadNodeUnknown: "node unknown", BadWaiting: "waiting for first value",
	BadDataLost:   "data lost",
	BadOutOfRange: "out of range", BadTypeMismatch: "type changed",
}

// String gives the words for known codes, the severity and code for others.
func (q Quality) String() string {
	if s, ok := qualityNames[q]; ok {
		return s
	}
	if q.Overflowed() {
		return (q &^ Overflow).String() + ", others lost"
	}
	severity := "bad"
	if q.Good() {
		severity = "good"
	} else if q.Uncertain() {
		severity = "uncertain"
	}
	return fmt.Sprintf("%s 0x%08X", severity, uint32(q))
}
