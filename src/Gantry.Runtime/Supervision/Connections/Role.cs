using Gantry.Shim;

namespace Gantry.Runtime.Supervision.Connections;

/// <summary>What a connection is for.</summary>
internal abstract class Role
{
    public virtual void Message(Client client, ShimMessage message) => client.Close();

    public virtual void Input(Client client, ReadOnlySpan<byte> bytes) { }

    /// <summary>The peer sends nothing more; it may still read.</summary>
    public virtual void InputEnded(Client client) => client.CloseWhenSent();

    /// <summary>It was full and is not any more.</summary>
    public virtual void Drained(Client client) { }

    /// <summary>As <see cref="Client.IsLeftWaiting"/>, from now on.</summary>
    public virtual void LeftWaiting(Client client) { }

    public virtual void Closed(Client client) { }
}
