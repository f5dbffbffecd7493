namespace Gantry.Network.Drivers.Bridge;

/// <summary>How a container's port of a bridge shall be.</summary>
/// <param name="Isolated">It talks to the bridge alone, not to its other ports.</param>
internal readonly record struct BridgePort(int BridgeIndex, int Mtu, bool Isolated);
