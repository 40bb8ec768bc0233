namespace Ganglion.Guards.Pii;

/// <summary>
/// Finds phone numbers by how people write them: with a country's code behind a plus or two zeros (E.164), with a leading zero, or as in North
/// America. No number has a check digit, so that others which are written alike are taken for one.
/// </summary>
internal static class PhoneNumbers
{
    /// <summary>The number that digits begin with.</summary>
    /// <param name="run">The digits.</param>
    /// <param name="hasPlus">A plus stands before them.</param>
    /// <returns>Where it ends; 0 if there is none.</returns>
    public static int Find(in DigitRun run, bool hasPlus)
    {
        for (int group = run.Groups - 1; group >= 0; group--)
        {
            (int count, int end) = run.Group(group);
            if (hasPlus ? run.Digits[0] != 0 && count is >= 8 and <= 15
                : run.Digits[0] == 0 ? IsWithZero(run, group, count)
                : IsNorthAmerican(run, group, count))
            {
                return end;
            }
        }

        return 0;
    }

    private static bool IsWithZero(in DigitRun run, int group, int count)
    {
        if (run.Digits[1] == 0)
        {
            return count is >= 10 and <= 17 && run.Digits[2] != 0;
        }

        bool isDate = run.Groups >= 3 && run.SizeOf(0) == 2 && run.SizeOf(1) == 2 && run.SizeOf(2) == 4;
        return count is >= 9 and <= 12 && !isDate && group <= 5;
    }

    private static bool IsNorthAmerican(in DigitRun run, int group, int count)
    {
        int first = count == 11 && run.SizeOf(0) == 1 && run.Digits[0] == 1 ? 1 : 0;
        return group - first == 2
            && count - first == 10
            && run.SizeOf(first) == 3
            && run.SizeOf(first + 1) == 3
            && run.SizeOf(first + 2) == 4
            && run.Digits[first] >= 2
            && run.Digits[first + 3] >= 2;
    }
}
