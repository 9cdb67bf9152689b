"""LibreOffice used by a program as a clerk uses it: a Basic macro types, selects, copies, cuts and pastes, without a screen."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.sax.saxutils import escape

from tests.engines import LIBREOFFICE
from tests.needed import need_program

LIBRARY = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE library:library PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "library.dtd">
<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard" library:readonly="false">
 <library:element library:name="Module1"/>
</library:library>
"""
MODULE = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Module1" script:language="StarBasic">{}</script:module>
"""
SETTINGS = """
 <item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>0</value></prop></item>
 <item oor:path="/org.openoffice.Office.Calc/Input"><prop oor:name="ReplaceCellsWarning" oor:op="fuse"><value>false</value></prop></item>
</oor:items>
"""
"""Macros run, and pasting over cells with content asks nothing."""

CALC = """
Dim none()
Function Opened(path)
  Opened = StarDesktop.loadComponentFromURL(IIf(path = "", "private:factory/scalc", ConvertToURL(path)), "_blank", 0, none())
End Function
Sub Send(doc, command)
  dispatcher = CreateUnoService("com.sun.star.frame.DispatchHelper")
  dispatcher.executeDispatch(doc.CurrentController.Frame, command, "", 0, none())
End Sub
Sub Go(doc, sheet, area)
  doc.CurrentController.setActiveSheet(doc.Sheets.getByName(sheet))
  doc.CurrentController.select(doc.Sheets.getByName(sheet).getCellRangeByName(area))
End Sub
Sub Enter(doc, sheet, cell, text)
  Go(doc, sheet, cell)
  Dim typed(0) As New com.sun.star.beans.PropertyValue
  typed(0).Name = "StringName"
  typed(0).Value = text
  dispatcher = CreateUnoService("com.sun.star.frame.DispatchHelper")
  dispatcher.executeDispatch(doc.CurrentController.Frame, ".uno:EnterString", "", 0, typed())
End Sub
Sub EnterAll(doc, path)
  lines = CreateUnoService("com.sun.star.io.TextInputStream")
  lines.setInputStream(CreateUnoService("com.sun.star.ucb.SimpleFileAccess").openFileRead(ConvertToURL(path)))
  Do While Not lines.isEOF()
    fields = Split(lines.readLine(), Chr(9))
    If UBound(fields) = 2 Then Enter(doc, fields(0), fields(1), fields(2))
  Loop
  lines.closeInput()
End Sub
Sub SaveAs(doc, path)
  Dim kind(0) As New com.sun.star.beans.PropertyValue
  kind(0).Name = "FilterName"
  kind(0).Value = "Calc MS Excel 2007 XML"
  doc.storeToURL(ConvertToURL(path), kind())
  doc.close(True)
End Sub
"""
"""What a clerk does to a spreadsheet: open it, go to cells, type, give a command, save it as .xlsx."""

START = """
Sub Start
  On Error GoTo ended
  Main({})
ended:
  StarDesktop.terminate()
End Sub
"""
"""Ends the program in any case: after a fault in a macro it would stand there."""

TIMEOUT = 150  # seconds


def run_in_office(basic: str, *arguments: Path, dialogs: bool = False) -> None:
    """Run the macro `Main` of a module in Basic with these paths; dialogs are closed at once unless the module looks at them itself."""
    with TemporaryDirectory(prefix="libreoffice-") as name:
        user = Path(name) / "user"
        command = [need_program(*LIBREOFFICE), f"-env:UserInstallation={Path(name).as_uri()}", "--norestore", "--nologo"]
        _run([*command, "--headless", "--terminate_after_init"])  # writes the folder that the module goes into
        (user / "basic" / "Standard" / "script.xlb").write_text(LIBRARY, encoding="utf-8")
        paths = ", ".join(f'"{path}"' for path in arguments)
        module = MODULE.format(escape(f"{basic}{START.format(paths)}"))
        (user / "basic" / "Standard" / "Module1.xba").write_text(module, encoding="utf-8")
        settings = user / "registrymodifications.xcu"
        settings.write_text(settings.read_text(encoding="utf-8").replace("</oor:items>", SETTINGS), encoding="utf-8")
        _run([*command, *([] if dialogs else ["--headless"]), "macro:///Standard.Module1.Start"])


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True, capture_output=True, timeout=TIMEOUT, env=os.environ | {"SAL_USE_VCLPLUGIN": "svp"})
