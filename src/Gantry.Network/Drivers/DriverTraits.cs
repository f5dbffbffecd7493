namespace Gantry.Network.Drivers;

/// <summary>What the controller must know of a driver.</summary>
/// <param name="Addresses">Its networks have subnets, of which endpoints get addresses.</param>
/// <param name="OwnNamespace">Its containers have a namespace of their own, which is to be furnished; false for the host's.</param>
internal readonly record struct DriverTraits(bool Addresses, bool OwnNamespace);
