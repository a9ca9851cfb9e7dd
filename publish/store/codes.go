package store

import "careerstream/schemas/fault"

// kindOfCode sorts ClickHouse's error codes
// (https://github.com/ClickHouse/ClickHouse/blob/master/src/Common/ErrorCodes.cpp).
// A missing table or a refused login is a pause, never poison: the rows are
// good, and they are stored once the operator has mended the cause. A code
// that is in no row here is fault.Internal, which is tried again.
func kindOfCode(code int32) fault.Kind {
	switch code {
	case 192, // UNKNOWN_USER
		193, // WRONG_PASSWORD
		194, // REQUIRED_PASSWORD
		195, // IP_ADDRESS_NOT_ALLOWED
		291, // DATABASE_ACCESS_DENIED
		497, // ACCESS_DENIED
		511, // UNKNOWN_ROLE
		516: // AUTHENTICATION_FAILED
		return fault.StoreDenied
	case 8, // THERE_IS_NO_COLUMN
		10,  // NOT_FOUND_COLUMN_IN_BLOCK
		16,  // NO_SUCH_COLUMN_IN_TABLE
		20,  // NUMBER_OF_COLUMNS_DOESNT_MATCH
		42,  // NUMBER_OF_ARGUMENTS_DOESNT_MATCH, in a materialized view
		43,  // ILLEGAL_TYPE_OF_ARGUMENT, in a materialized view
		44,  // ILLEGAL_COLUMN
		46,  // UNKNOWN_FUNCTION, in a materialized view
		47,  // UNKNOWN_IDENTIFIER
		50,  // UNKNOWN_TYPE
		60,  // UNKNOWN_TABLE
		81,  // UNKNOWN_DATABASE
		115, // UNKNOWN_SETTING
		122, // INCOMPATIBLE_COLUMNS
		218, // TABLE_IS_DROPPED
		701: // CLUSTER_DOESNT_EXIST
		return fault.StoreSchema
	case 164, // READONLY
		242, // TABLE_IS_READ_ONLY
		514: // ACCESS_STORAGE_READONLY
		return fault.StoreReadOnly
	case 243: // NOT_ENOUGH_SPACE
		return fault.StoreFull
	case 158, // TOO_MANY_ROWS
		201, // QUOTA_EXCEEDED
		241, // MEMORY_LIMIT_EXCEEDED
		290, // LIMIT_EXCEEDED
		307, // TOO_MANY_BYTES
		396: // TOO_MANY_ROWS_OR_BYTES
		return fault.StoreQuota
	case 159, // TIMEOUT_EXCEEDED
		160: // TOO_SLOW
		return fault.Timeout
	case 3, // UNEXPECTED_END_OF_FILE
		32,  // ATTEMPT_TO_READ_AFTER_EOF
		33,  // CANNOT_READ_ALL_DATA
		101, // UNEXPECTED_PACKET_FROM_CLIENT
		102, // UNEXPECTED_PACKET_FROM_SERVER
		198, // DNS_ERROR
		202, // TOO_MANY_SIMULTANEOUS_QUERIES
		203, // NO_FREE_CONNECTION
		209, // SOCKET_TIMEOUT
		210, // NETWORK_ERROR
		225, // NO_ZOOKEEPER
		236, // ABORTED
		252, // TOO_MANY_PARTS
		279, // ALL_CONNECTION_TRIES_FAILED
		285, // TOO_FEW_LIVE_REPLICAS
		286, // UNSATISFIED_QUORUM_FOR_PREVIOUS_WRITE
		319, // UNKNOWN_STATUS_OF_INSERT
		341, // UNFINISHED
		394, // QUERY_WAS_CANCELLED
		415, // ALL_REPLICAS_LOST
		425, // SYSTEM_ERROR
		439, // CANNOT_SCHEDULE_TASK
		473, // DEADLOCK_AVOIDED
		499, // S3_ERROR
		999: // KEEPER_EXCEPTION
		return fault.StoreUnavailable
	case 6, // CANNOT_PARSE_TEXT
		25,  // CANNOT_PARSE_ESCAPE_SEQUENCE
		26,  // CANNOT_PARSE_QUOTED_STRING
		27,  // CANNOT_PARSE_INPUT_ASSERTION_FAILED
		38,  // CANNOT_PARSE_DATE
		41,  // CANNOT_PARSE_DATETIME
		53,  // TYPE_MISMATCH
		69,  // ARGUMENT_OUT_OF_BOUND
		70,  // CANNOT_CONVERT_TYPE
		72,  // CANNOT_PARSE_NUMBER
		117, // INCORRECT_DATA
		130, // CANNOT_READ_ARRAY_FROM_TEXT
		131, // TOO_LARGE_STRING_SIZE
		153, // ILLEGAL_DIVISION, in a materialized view
		190, // SIZES_OF_ARRAYS_DONT_MATCH
		321, // VALUE_IS_OUT_OF_RANGE_OF_DATA_TYPE
		349, // CANNOT_INSERT_NULL_IN_ORDINARY_COLUMN
		376, // CANNOT_PARSE_UUID
		395, // FUNCTION_THROW_IF_VALUE_IS_NON_ZERO, in a materialized view
		407, // DECIMAL_OVERFLOW
		441, // CANNOT_PARSE_DOMAIN_VALUE_FROM_STRING
		469, // VIOLATED_CONSTRAINT
		675, // CANNOT_PARSE_IPV4
		676, // CANNOT_PARSE_IPV6
		691: // UNKNOWN_ELEMENT_OF_ENUM
		return fault.RowRejected
	}
	return fault.Internal
}

// kindOfStatus sorts answers that hold no ClickHouse error: they come from
// something in between, such as a proxy.
func kindOfStatus(status int) fault.Kind {
	switch status {
	case 401, 403:
		return fault.StoreDenied
	case 413:
		return fault.StoreQuota
	case 507:
		return fault.StoreFull
	case 408, 504:
		return fault.Timeout
	}
	return fault.StoreUnavailable
}
