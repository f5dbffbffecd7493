namespace Gantry;

/// <summary>A failure with a meaning: its kind decides the status code, its message is what the user reads.</summary>
/// <remarks>A message names step, object and cause, and says what to do where that is known.
/// Texts that Docker's clients match on are kept.</remarks>
public sealed class GantryException(ErrorKind kind, string message, Exception? inner = null) : Exception(message, inner)
{
    public ErrorKind Kind { get; } = kind;

    public static GantryException Invalid(string message) => new(ErrorKind.InvalidArgument, message);
    public static GantryException NotFound(string message) => new(ErrorKind.NotFound, message);
    public static GantryException Conflict(string message) => new(ErrorKind.Conflict, message);
    public static GantryException Unavailable(string message) => new(ErrorKind.Unavailable, message);
    public static GantryException Unsupported(string message) => new(ErrorKind.Unsupported, message);
    public static GantryException Internal(string message, Exception? inner = null) => new(ErrorKind.Internal, message, inner);
}
