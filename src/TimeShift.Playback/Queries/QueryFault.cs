namespace TimeShift.Playback.Queries;

/// <summary>Why a query is refused, in the three pieces that a problem document (RFC 9457) shows.</summary>
/// <param name="Parameter">The parameter's name, or the name of the path's last part.</param>
/// <param name="Came">What came, as it came.</param>
/// <param name="Expected">What would have been right.</param>
public sealed record QueryFault(string Parameter, string Came, string Expected)
{
    public override string ToString() => $"{Parameter}: '{Came}' came; expected {Expected}";
}
