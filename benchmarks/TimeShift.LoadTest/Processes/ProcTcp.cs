using System.Globalization;

namespace TimeShift.LoadTest.Processes;

/// <summary>What lies unread in a server's sockets, from /proc/net/tcp: only for a server on this machine.</summary>
internal static class ProcTcp
{
    private const string Established = "01";

    /// <summary>Bytes in the receive queues of all connections to a local port.</summary>
    public static long UnreadBytes(IEnumerable<string> lines, int localPort)
    {
        long unread = 0;
        foreach (var line in lines)
        {
            // sl: local_address rem_address st tx_queue:rx_queue …, all in hexadecimal
            var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length < 5 || fields[3] != Established) continue;
            if (Hex(fields[1].AsSpan(fields[1].IndexOf(':', StringComparison.Ordinal) + 1)) == localPort) unread += Hex(fields[4].AsSpan(fields[4].IndexOf(':', StringComparison.Ordinal) + 1));
        }

        return unread;
    }

    public static long UnreadBytes(int localPort)
    {
        try
        {
            return UnreadBytes(File.ReadLines("/proc/net/tcp"), localPort);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private static long Hex(ReadOnlySpan<char> text) => long.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number) ? number : -1;
}
