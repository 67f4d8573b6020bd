namespace TimeShift.Server.Cli;

/// <summary>The demo's two synthetic cameras, as settings that any other setting overrides.</summary>
internal static class DemoStreams
{
    public static IReadOnlyDictionary<string, string?> Settings { get; } = new Dictionary<string, string?>
    {
        ["TimeShift:Streams:front-door:Source"] = "test:?size=1280x720&rate=25",
        ["TimeShift:Streams:backyard:Source"] = "test:?size=640x360&rate=25",
    };
}
