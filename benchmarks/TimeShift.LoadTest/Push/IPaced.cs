namespace TimeShift.LoadTest.Push;

/// <summary>What a <see cref="PushLoop"/> paces; all calls come from its thread.</summary>
internal interface IPaced
{
    /// <summary>Nothing more is sent.</summary>
    bool IsOver { get; }

    /// <summary>It is to be closed, and forgotten.</summary>
    bool IsLeaving { get; }

    /// <summary>Sends what is due.</summary>
    /// <param name="now">Milliseconds on the loop's clock.</param>
    void Push(double now);

    /// <summary>Looks at what the peer says.</summary>
    void Listen();

    void Close();
}
