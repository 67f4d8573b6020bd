namespace TimeShift.Core.Packets;

/// <summary>One reference to a <see cref="MediaPacket"/> and the duty to release it: dispose it, or hand it to a method that takes an <see cref="OwnedPacket"/>.</summary>
public readonly struct OwnedPacket : IDisposable
{
    private readonly MediaPacket? _packet;

    internal OwnedPacket(MediaPacket packet) => _packet = packet;

    public MediaPacket Packet => _packet ?? throw new InvalidOperationException("The default OwnedPacket owns nothing.");

    public bool IsDefault => _packet is null;

    public void Dispose() => _packet?.Release();
}
