using System.Text;

namespace Ganglion.Guards.Injection;

/// <summary>What a person does not see in a text, and a model does; and letters that are not what they seem.</summary>
internal static class HiddenText
{
    private const int BlackFlag = 0x1F3F4;
    private const int FewSelectors = 4;
    private const int FewStyled = 8;

    /// <summary>Looks at the text as it was written.</summary>
    /// <param name="text">The text.</param>
    /// <param name="signs">Gets what is found.</param>
    /// <returns>What is written in invisible letters, if anything is.</returns>
    public static string? Find(ReadOnlySpan<char> text, InjectionSigns signs)
    {
        if (Ascii.IsValid(text))
        {
            return null;
        }

        var counts = default(Counts);
        StringBuilder? hidden = null;
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (rune.Value is >= 0xE0020 and <= 0xE007E && !counts.IsFlag)
            {
                (hidden ??= new StringBuilder()).Append((char)(rune.Value - 0xE0000));
            }

            counts.Take(rune.Value);
        }

        counts.EndWord();
        AddTo(signs, counts, hidden is not null);
        return hidden?.ToString();
    }

    private static void AddTo(InjectionSigns signs, in Counts counts, bool hasTags)
    {
        if (hasTags)
        {
            signs.Add(InjectionSign.Invisible, 0.9);
        }

        if (counts.WithinWords > 0)
        {
            signs.Add(InjectionSign.Invisible, counts.WithinWords < 3 ? 0.35 : 0.6);
        }

        if (counts.BidiOverrides > 0)
        {
            signs.Add(InjectionSign.Invisible, 0.5);
        }

        if (counts.MostSelectors >= FewSelectors)
        {
            signs.Add(InjectionSign.Invisible, 0.8);
        }

        if (counts.MixedWords > 0)
        {
            signs.Add(InjectionSign.Lookalikes, counts.MixedWords < 3 ? 0.3 : 0.5);
        }

        if (counts.Styled >= FewStyled)
        {
            signs.Add(InjectionSign.Lookalikes, 0.4);
        }
    }

    /// <summary>Counts while runes go by.</summary>
    private struct Counts
    {
        private int _before;
        private int _invisible;
        private int _selectors;
        private bool _latin;
        private bool _foreign;

        public int WithinWords { get; private set; }

        public int BidiOverrides { get; private set; }

        public int MostSelectors { get; private set; }

        public int MixedWords { get; private set; }

        public int Styled { get; private set; }

        /// <summary>A flag is being written: England's is a black flag and letters nobody sees.</summary>
        public bool IsFlag { get; private set; }

        public void Take(int rune)
        {
            IsFlag = rune == BlackFlag || (IsFlag && rune is >= 0xE0020 and <= 0xE007F);
            _selectors = rune is (>= 0xFE00 and <= 0xFE0F) or (>= 0xE0100 and <= 0xE01EF) ? _selectors + 1 : 0;
            MostSelectors = Math.Max(MostSelectors, _selectors);
            if (rune is 0x202D or 0x202E)
            {
                BidiOverrides++;
            }

            if (rune is >= 0x1D400 and <= 0x1D7FF or >= 0xFF21 and <= 0xFF5A or >= 0x24B6 and <= 0x24E9)
            {
                Styled++;
            }

            if (rune is 0xAD or (>= 0x200B and <= 0x200D) or (>= 0x2060 and <= 0x2064) or 0xFEFF)
            {
                _invisible++;
                return;
            }

            bool isLatin = rune < 0x80 && char.IsAsciiLetter((char)rune);
            if (_invisible > 0 && isLatin && _before < 0x80 && char.IsAsciiLetter((char)_before))
            {
                WithinWords += _invisible;
            }

            _invisible = 0;
            _before = rune;
            if (isLatin)
            {
                _latin = true;
            }
            else if (rune is (>= 0x370 and <= 0x3FF) or (>= 0x400 and <= 0x52F))
            {
                _foreign = true;
            }
            else
            {
                EndWord();
            }
        }

        public void EndWord()
        {
            MixedWords += _latin && _foreign ? 1 : 0;
            (_latin, _foreign) = (false, false);
        }
    }
}
