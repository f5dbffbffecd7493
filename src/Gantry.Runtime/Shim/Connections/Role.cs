using Gantry.Shim;

namespace Gantry.Runtime.Shim.Connections;

/// <summary>What a connection is for.</summary>
internal abstract class Role
{
    internal virtual void Message(Client client, ShimMessage message) => client.Close();

    internal virtual void Input(Client client, ReadOnlySpan<byte> bytes) { }

    /// <summary>The peer sends nothing more; it may still read.</summary>
    internal virtual void InputEnded(Client client) => client.CloseWhenSent();

    /// <summary>It was full and is not any more.</summary>
    internal virtual void Drained(Client client) { }

    internal virtual void Closed(Client client) { }
}
