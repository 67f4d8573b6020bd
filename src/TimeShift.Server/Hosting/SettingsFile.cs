using System.Text.Json;
using Microsoft.Extensions.Configuration.Json;
using Microsoft.Extensions.FileProviders;

namespace TimeShift.Server.Hosting;

/// <summary>Files of settings, looked at every few seconds for changes.</summary>
internal static class SettingsFile
{
    private static readonly JsonDocumentOptions _options = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>
    /// Polled: the usual watcher watches all folders below, and with the archive in the working directory that is a watch for each day of each stream, and an event
    /// for each write.
    /// </summary>
    public static JsonConfigurationSource Source(string path, bool optional) => new()
    {
        Path = Path.GetFileName(path),
        Optional = optional,
        ReloadOnChange = true,
        FileProvider = new PhysicalFileProvider(Path.GetDirectoryName(path)!) { UsePollingFileWatcher = true, UseActivePolling = true },
    };

    /// <summary>
    /// The first file that cannot be read now, and why; null where all can. A provider whose file is broken has forgotten what was in it: what the others say must
    /// not be taken for the whole.
    /// </summary>
    public static string? FindBroken(IConfigurationBuilder configuration)
    {
        foreach (var source in configuration.Sources.OfType<JsonConfigurationSource>())
        {
            var file = source.FileProvider!.GetFileInfo(source.Path!);
            if (!file.Exists && source.Optional) continue;
            try
            {
                using var stream = file.CreateReadStream();
                JsonDocument.Parse(stream, _options).Dispose();
            }
            catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
            {
                return $"{file.PhysicalPath}: {e.Message}";
            }
        }

        return null;
    }
}
