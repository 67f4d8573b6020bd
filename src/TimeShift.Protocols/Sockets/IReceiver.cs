namespace TimeShift.Protocols.Sockets;

/// <summary>Takes a socket's bytes from a <see cref="ReceivePump"/>, on its thread: must not wait for anything.</summary>
internal interface IReceiver
{
    /// <returns>False: no more for now; the pump lets go of the socket.</returns>
    /// <exception cref="FormatException">The peer broke the protocol: the pump lets go of the socket, and hands the exception on.</exception>
    bool Receive(ReadOnlySpan<byte> bytes);
}
