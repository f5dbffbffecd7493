namespace Gantry.Api.Client;

/// <summary>The daemon takes no more of a request's body: its answer, which may be there already, says why. Thrown by the stream that
/// the body is written to, for whoever writes to pass on.</summary>
public sealed class BodyNotWantedException(Exception cause) : IOException(cause.Message, cause);
