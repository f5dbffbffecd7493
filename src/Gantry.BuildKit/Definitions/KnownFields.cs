using Google.Protobuf;

namespace Gantry.BuildKit.Definitions;

/// <summary>Whether all that a message says is known here: what is not would have an effect that nobody hears of.</summary>
internal static class KnownFields
{
    /// <param name="what">For the refusal.</param>
    /// <exception cref="GantryException">Unsupported: it has a field that is not known.</exception>
    public static void Check<T>(T message, MessageParser<T> parser, string what) where T : IMessage<T>
    {
        // What is read without unknown fields is shorter where there were any.
        T known = parser.WithDiscardUnknownFields(true).ParseFrom(message.ToByteString());
        if (known.CalculateSize() != message.CalculateSize())
            throw GantryException.Unsupported($"{what} has a field that this engine does not know");
    }
}
