namespace ResearchTeam.Terminal;

/// <summary>Shows what happens.</summary>
internal interface ITimeline
{
    void Show(TeamEvent one);

    void Show(string remark);

    void Ask(string question);
}
