using Microsoft.Extensions.Logging;

namespace TimeShift.Storage.Reels;

/// <summary>Bounds how many stored reels keep their index in memory and their file open; the ones used longest ago are told to forget.</summary>
internal sealed class ReelCache(ILogger logger, int capacity = 256)
{
    private readonly Lock _gate = new();
    private readonly HashSet<Reel> _loaded = [];
    private long _uses;

    public FragmentCache Fragments { get; } = new();

    public void Used(Reel reel)
    {
        Reel[] forgotten;
        lock (_gate)
        {
            reel.LastUse = ++_uses;
            _loaded.Add(reel);
            if (_loaded.Count <= capacity) return;
            // A quarter at once, so that sorting is rare.
            forgotten = [.. _loaded.Where(r => !r.IsOpen).OrderBy(r => r.LastUse).Take(capacity / 4)];
            foreach (var old in forgotten) _loaded.Remove(old);
        }

        foreach (var old in forgotten) old.Forget();
    }

    public void Rebuilt(Reel reel) => Log.IndexRebuilt(logger, reel.MediaPath);
}
