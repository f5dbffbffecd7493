using Gantry.Cli.CommandLine;
using Gantry.Cli.Options;

namespace Gantry.Cli.Terminal;

/// <summary>
/// Finds the key sequence that leaves a session without ending it. Keys that could be its beginning are held back until the next
/// one decides; they are never lost.
/// </summary>
internal sealed class DetachKeys
{
    /// <summary>ctrl-p, ctrl-q.</summary>
    public const string Default = "ctrl-p,ctrl-q";
    private readonly byte[] _sequence;
    private int _matched;

    private DetachKeys(byte[] sequence) => this._sequence = sequence;

    /// <param name="text">Keys separated by commas: a character, or <c>ctrl-</c> with a letter or one of <c>@ [ \ ] ^ _</c>.
    /// Empty is <see cref="Default"/>.</param>
    public static DetachKeys Parse(string text) => new([.. (text.Length > 0 ? text : Default).Split(',').Select(key => Key(key, text))]);

    private static byte Key(string key, string whole)
    {
        if (key.Length == 1 && char.IsAscii(key[0])) return (byte)key[0];
        if (key == "DEL") return 127;
        if (key.Length == 6 && key.StartsWith("ctrl-", StringComparison.Ordinal)
            && key[5] is >= 'a' and <= 'z' or '@' or '[' or '\\' or ']' or '^' or '_') return (byte)(char.ToUpperInvariant(key[5]) - '@');
        throw new CliException($"invalid detach keys ({whole}): Unknown character: '{key}'");
    }

    /// <summary>Copies to <paramref name="output"/> what belongs to the container.</summary>
    /// <param name="output">Takes the input and what was held back before it.</param>
    /// <returns>True when the sequence is complete; what follows it in the input is dropped.</returns>
    public bool Filter(ReadOnlySpan<byte> input, Span<byte> output, out int written)
    {
        written = 0;
        foreach (byte key in input)
        {
            if (key == _sequence[_matched])
            {
                if (++_matched == _sequence.Length)
                {
                    _matched = 0;
                    return true;
                }
                continue;
            }
            _sequence.AsSpan(0, _matched).CopyTo(output[written..]);
            written += _matched;
            _matched = key == _sequence[0] ? 1 : 0;
            if (_matched == 0) output[written++] = key;
        }
        return false;
    }

    /// <summary>How much longer than the input the output of <see cref="Filter"/> can be.</summary>
    public int MostHeldBack => _sequence.Length - 1;
}
