using System.Globalization;

namespace Gantry.Engine.Containers.Checks;

/// <summary>The kernel's lists of processors and memory nodes: <c>0-2,7</c>.</summary>
internal static class CpuList
{
    private const int Most = 8192;

    /// <summary>Checked here, because the kernel's refusal comes after all is made, and with a path of the host.</summary>
    /// <param name="available">Empty when nobody says.</param>
    /// <exception cref="GantryException">InvalidArgument, in the words that clients know.</exception>
    public static void Check(string field, string things, string wanted, string available)
    {
        if (wanted.Length == 0) return;
        HashSet<int> numbers = Parse(wanted, field);
        if (available.Length > 0 && !numbers.IsSubsetOf(Parse(available, field)))
            throw GantryException.Invalid($"Requested {things} are not available - requested {wanted}, available: {available}");
    }

    private static HashSet<int> Parse(string text, string field)
    {
        HashSet<int> numbers = [];
        foreach (string part in text.Split(','))
        {
            int dash = part.IndexOf('-');
            (string first, string last) = dash < 0 ? (part, part) : (part[..dash], part[(dash + 1)..]);
            if (!Digits(first) || !Digits(last)) throw Bad(text, field, $"invalid format: {text}");
            if (!TryNumber(first, out int from) || !TryNumber(last, out int to))
                throw Bad(text, field, $"value of out range, maximum is {Most}");
            if (from > to) throw Bad(text, field, $"invalid format: {text}");
            for (int number = from; number <= to; number++) numbers.Add(number);
        }
        return numbers;
    }

    private static bool Digits(string text) => text.Length > 0 && text.All(char.IsAsciiDigit);

    private static bool TryNumber(string digits, out int number) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number <= Most;

    private static GantryException Bad(string text, string field, string reason) =>
        GantryException.Invalid($"Invalid value {text} for cpuset {field}: {reason}");
}
