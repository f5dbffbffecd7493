namespace Gantry.Daemon.Http.Hijack;

/// <summary>The client of a hijacked connection has left: its right, and no failure of anybody's.</summary>
internal sealed class ClientGoneException(Exception? inner = null) : IOException("the client's connection is gone", inner);
