namespace TimeShift.Core.Hub;

/// <summary>Who publishes, for people: no secrets in it.</summary>
/// <param name="Protocol">Such as <c>rtmp</c>, <c>rtsp</c>, <c>test</c>.</param>
/// <param name="Peer">Address or masked URL.</param>
public sealed record PublisherInfo(string Protocol, string Peer)
{
    public override string ToString() => $"{Protocol} {Peer}";
}
