namespace TimeShift.Formats.Tests.Fuzz;

/// <summary>Reads bytes that may be anything; lets out only the exception type that the parser documents.</summary>
public delegate void FuzzTarget(ReadOnlySpan<byte> data);
