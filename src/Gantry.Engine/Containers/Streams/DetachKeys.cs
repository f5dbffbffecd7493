namespace Gantry.Engine.Containers.Streams;

/// <summary>Finds the key sequence that detaches a terminal (<c>ctrl-p,ctrl-q</c> by default) in what is typed.</summary>
/// <remarks>A sequence may come in several reads, so its beginning is held back until it is complete or broken off.</remarks>
public sealed class DetachKeys
{
    private readonly byte[] _sequence;
    private int _matched;

    private DetachKeys(byte[] sequence) => this._sequence = sequence;

    public static DetachKeys Default => new([16, 17]);

    /// <param name="text">Comma-separated: a single character, or <c>ctrl-</c> with a–z, @, [, \, ], ^, _. Empty means the default.</param>
    /// <param name="called">What Docker calls them at this place.</param>
    public static DetachKeys Parse(string? text, string called = "detach")
    {
        if (string.IsNullOrEmpty(text)) return Default;
        string[] keys = text.Split(',');
        return new([.. keys.Select(key => ParseKey(key) ?? throw GantryException.Invalid($"Invalid {called} keys ({text}) provided"))]);
    }

    /// <summary>Copies what goes on to the container into <paramref name="output"/> (at least input plus the sequence long).</summary>
    /// <returns>True when the sequence was completed; the rest of the input is then not looked at.</returns>
    public bool Filter(ReadOnlySpan<byte> input, Span<byte> output, out int written)
    {
        written = 0;
        foreach (byte b in input)
        {
            if (b == _sequence[_matched])
            {
                if (++_matched == _sequence.Length) return true;
                continue;
            }
            _sequence.AsSpan(0, _matched).CopyTo(output[written..]);
            written += _matched;
            _matched = 0;
            if (b == _sequence[0]) _matched = 1;
            else output[written++] = b;
            if (_matched == _sequence.Length) return true;
        }
        return false;
    }

    public int Length => _sequence.Length;

    private static byte? ParseKey(string key)
    {
        if (key.Length == 1 && key[0] < 128) return (byte)key[0];
        if (key.Length == 6 && key.StartsWith("ctrl-", StringComparison.Ordinal))
        {
            char c = key[5];
            if (c is >= 'a' and <= 'z') return (byte)(c - 'a' + 1);
            if (c == '@') return 0;
            if (c is >= '[' and <= '_') return (byte)(c - '@');
        }
        return null;
    }
}
