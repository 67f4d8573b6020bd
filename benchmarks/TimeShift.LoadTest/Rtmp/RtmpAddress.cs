using System.Globalization;
using System.Net;

namespace TimeShift.LoadTest.Rtmp;

/// <summary>Where a publisher pushes to: <c>rtmp://host[:port]/app/key</c>.</summary>
internal sealed record RtmpAddress(IPEndPoint EndPoint, string App, string Key, string ConnectUrl)
{
    private const int DefaultPort = 1935;

    /// <param name="pattern">An address in which <c>{0}</c> stands for the publisher's number; without it, the number is appended where there is more than one.</param>
    /// <exception cref="FormatException">Not such an address.</exception>
    public static RtmpAddress Of(string pattern, int number)
    {
        var text = pattern.Replace("{0}", number.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme != "rtmp") throw Fault(pattern);
        var path = uri.PathAndQuery.TrimStart('/');
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        if (slash <= 0 || slash == path.Length - 1) throw Fault(pattern);
        var port = uri.Port < 0 ? DefaultPort : uri.Port;
        var host = IPAddress.TryParse(uri.Host.Trim('[', ']'), out var literal) ? literal : Resolve(uri.Host);
        return new RtmpAddress(new IPEndPoint(host, port), path[..slash], path[(slash + 1)..], $"rtmp://{uri.Host}:{port}/{path[..slash]}");
    }

    private static IPAddress Resolve(string host) => Array.Find(Dns.GetHostAddresses(host), a => a.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork)
        ?? throw new FormatException($"--rtmp: {host} has no IPv4 address");

    private static FormatException Fault(string pattern) => new($"--rtmp {pattern}: expected rtmp://host[:port]/app/key, with {{0}} for the publisher's number");
}
