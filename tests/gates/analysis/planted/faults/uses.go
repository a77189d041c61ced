package faults

// Whatever is planted beside is used, so that only what is planted is wrong with it.
var _ = []any{
	forget, blank, half, background, swallow, filtered, updated, stated, selected, assembled, pinged, received, decoded, everything,
	scanned, byID, stored, ofParameter, ofHeader, ofBody, detached, patient, fetched, logHeader, logRequest, logPassword, constantAnswer,
	constantOperation, overwritten, nilContext, isTrue, signature, ticket, attachment, trusting, page, asSent, reference,
}
