namespace TimeShift.Server.Hosting;

/// <summary>What the server still waits for before it takes publishers and viewers.</summary>
internal sealed class ServerState
{
    private readonly Lock _gate = new();
    private IReadOnlyList<string> _waiting = ["the start-up is not finished"];

    public IReadOnlyList<string> Waiting => Volatile.Read(ref _waiting);

    public void Ready()
    {
        lock (_gate) Volatile.Write(ref _waiting, []);
    }

    public void Stopping()
    {
        lock (_gate) Volatile.Write(ref _waiting, ["the server is stopping"]);
    }
}
