"""Google Calendar as it behaves, on one machine.

Routes, parameters and schemas come from Google's own discovery documents; what those do not say (error bodies,
409/410/412, conferences that are pending first, batch framing) is written here by hand.
"""
