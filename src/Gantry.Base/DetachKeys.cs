using System.Diagnostics.CodeAnalysis;

namespace Gantry;

/// <summary>Finds the keys that leave a session without ending it (<c>ctrl-p,ctrl-q</c> by default) in what is typed.</summary>
/// <remarks>They may come in several reads: what could be their beginning is held back until the next key decides.</remarks>
public sealed class DetachKeys
{
    public const string Default = "ctrl-p,ctrl-q";

    private readonly byte[] _sequence;
    private int _matched;

    private DetachKeys(byte[] sequence) => _sequence = sequence;

    /// <param name="text">Keys separated by commas: a character, <c>DEL</c>, or <c>ctrl-</c> with a letter or one of <c>@ [ \ ] ^ _</c>.
    /// Empty is <see cref="Default"/>.</param>
    /// <param name="unknown">The first that is none of these.</param>
    public static bool TryParse(string? text, [NotNullWhen(true)] out DetachKeys? keys, [NotNullWhen(false)] out string? unknown)
    {
        string[] names = (string.IsNullOrEmpty(text) ? Default : text).Split(',');
        byte?[] codes = [.. names.Select(Code)];
        int wrong = Array.IndexOf(codes, null);
        unknown = wrong < 0 ? null : names[wrong];
        keys = wrong < 0 ? new DetachKeys([.. codes.Select(static code => code!.Value)]) : null;
        return wrong < 0;
    }

    /// <summary>How much longer than the input the output of <see cref="Filter"/> can be.</summary>
    public int MostHeldBack => _sequence.Length - 1;

    /// <summary>Copies to <paramref name="output"/> what belongs to the process.</summary>
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

    private static byte? Code(string key) => key switch
    {
        [var one] when char.IsAscii(one) => (byte)one,
        "DEL" => 127,
        ['c', 't', 'r', 'l', '-', >= 'a' and <= 'z' or '@' or '[' or '\\' or ']' or '^' or '_'] =>
            (byte)(char.ToUpperInvariant(key[5]) - '@'),
        _ => null,
    };
}
