using System.Globalization;

namespace Ganglion.Tools.BuiltIn;

/// <summary>
/// An arithmetic expression. A sum is of products, a product of signed powers, a power of values: <c>-2^2</c> is -4, <c>2^-1</c> is 0.5, <c>2^3^2</c> is 512.
/// </summary>
internal sealed class Expression(string text)
{
    private const int LongestText = 1_000;
    private const int Deepest = 50;
    private const int LargestExponent = 1_000;

    private int _at;
    private int _depth;

    /// <exception cref="FormatException">It is none; the message says where and why.</exception>
    /// <exception cref="ArithmeticException">It has no result that a decimal number can hold.</exception>
    public decimal Calculate()
    {
        if (text.Length > LongestText)
        {
            throw new FormatException($"The expression has {text.Length} characters: take at most {LongestText}.");
        }

        decimal result = Sum();
        SkipSpaces();
        return _at == text.Length ? result : throw Fault("an operator or the end");
    }

    private decimal Sum()
    {
        // Parentheses and signs nest by way of here or of a factor, and a stack has an end.
        if (++_depth > Deepest)
        {
            throw new FormatException($"The expression is nested more than {Deepest} times.");
        }

        decimal sum = Product();
        while (true)
        {
            if (Take('+'))
            {
                sum += Product();
            }
            else if (Take('-'))
            {
                sum -= Product();
            }
            else
            {
                _depth--;
                return sum;
            }
        }
    }

    private decimal Product()
    {
        decimal product = Signed();
        while (true)
        {
            if (Take('*'))
            {
                product *= Signed();
            }
            else if (Take('/'))
            {
                product /= Signed();
            }
            else if (Take('%'))
            {
                product %= Signed();
            }
            else
            {
                return product;
            }
        }
    }

    private decimal Signed()
    {
        bool isNegative = false;
        while (true)
        {
            if (Take('-'))
            {
                isNegative = !isNegative;
            }
            else if (!Take('+'))
            {
                return isNegative ? -Power() : Power();
            }
        }
    }

    private decimal Power()
    {
        decimal value = Value();
        if (!Take('^'))
        {
            return value;
        }

        if (++_depth > Deepest)
        {
            throw new FormatException($"The expression is nested more than {Deepest} times.");
        }

        decimal exponent = Signed();
        _depth--;
        return exponent == 0.5m ? Root(value)
            : exponent != decimal.Truncate(exponent) || Math.Abs(exponent) > LargestExponent
                ? throw new ArithmeticException($"An exponent is a whole number up to {LargestExponent}, or 0.5, not {exponent.ToString(CultureInfo.InvariantCulture)}.")
            : exponent < 0 ? 1 / Power(value, (int)-exponent)
            : Power(value, (int)exponent);
    }

    private decimal Value()
    {
        SkipSpaces();
        if (Take('('))
        {
            decimal within = Sum();
            return Take(')') ? within : throw Fault("')'");
        }

        int start = _at;
        if (_at < text.Length && (char.IsAsciiDigit(text[_at]) || text[_at] == '.'))
        {
            return Number();
        }

        while (_at < text.Length && char.IsAsciiLetter(text[_at]))
        {
            _at++;
        }

        string name = text[start.._at].ToLowerInvariant();
        return name switch
        {
            "" => throw Fault("a number"),
            "pi" => 3.1415926535897932384626433833m,
            "e" => 2.7182818284590452353602874714m,
            _ => Call(name, start),
        };
    }

    private decimal Number()
    {
        int start = _at;
        while (_at < text.Length && (char.IsAsciiDigit(text[_at]) || text[_at] == '.'))
        {
            _at++;
        }

        // 1e6 is a number, and 2e is twice e that lacks its sign.
        if (_at + 1 < text.Length && text[_at] is 'e' or 'E' && (char.IsAsciiDigit(text[_at + 1]) || (_at + 2 < text.Length && text[_at + 1] is '-' or '+' && char.IsAsciiDigit(text[_at + 2]))))
        {
            _at += 2;
            while (_at < text.Length && char.IsAsciiDigit(text[_at]))
            {
                _at++;
            }
        }

        ReadOnlySpan<char> number = text.AsSpan(start, _at - start);
        return decimal.TryParse(number, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out decimal value)
            ? value
            : throw new FormatException($"'{number}' at {start + 1} is no number, or too large a one.");
    }

    private decimal Call(string function, int start)
    {
        if (!Take('('))
        {
            throw new FormatException($"'{function}' at {start + 1} is nothing that can be calculated.");
        }

        var arguments = new List<decimal>();
        do
        {
            arguments.Add(Sum());
        }
        while (Take(','));

        if (!Take(')'))
        {
            throw Fault("',' or ')'");
        }

        return (function, arguments) switch
        {
            ("abs", [var value]) => Math.Abs(value),
            ("ceil", [var value]) => decimal.Ceiling(value),
            ("floor", [var value]) => decimal.Floor(value),
            ("sqrt", [var value]) => Root(value),
            ("round", [var value]) => decimal.Round(value, MidpointRounding.AwayFromZero),
            ("round", [var value, >= 0 and <= 28 and var digits]) when digits == decimal.Truncate(digits) => decimal.Round(value, (int)digits, MidpointRounding.AwayFromZero),
            ("max", _) => arguments.Max(),
            ("min", _) => arguments.Min(),
            ("sum", _) => arguments.Sum(),
            _ => throw new FormatException($"There is no '{function}' of {arguments.Count} values like these."),
        };
    }

    private static decimal Power(decimal value, int exponent)
    {
        decimal result = 1;
        for (int i = 0; i < exponent; i++)
        {
            result *= value;
        }

        return result;
    }

    // Newton's way, from an estimate that is right to fifteen digits: two steps are right to all that a decimal number has.
    private static decimal Root(decimal value)
    {
        if (value < 0)
        {
            throw new ArithmeticException("There is no root of a number below zero.");
        }

        decimal root = (decimal)Math.Sqrt((double)value);
        for (int i = 0; i < 3 && root != 0; i++)
        {
            root = (root + (value / root)) / 2;
        }

        return root;
    }

    private bool Take(char letter)
    {
        SkipSpaces();
        if (_at == text.Length || text[_at] != letter)
        {
            return false;
        }

        _at++;
        return true;
    }

    private void SkipSpaces()
    {
        while (_at < text.Length && char.IsWhiteSpace(text[_at]))
        {
            _at++;
        }
    }

    private FormatException Fault(string expected) =>
        new(_at == text.Length ? $"The expression ends where {expected} was expected." : $"'{text[_at]}' stands at {_at + 1}, where {expected} was expected.");
}
