@echo off
rem Does what "make demo" does: set-up, sample data, dashboard on http://127.0.0.1:8501
cd /d "%~dp0"
set PYTHON=python
where py >nul 2>nul && set PYTHON=py -3
%PYTHON% scripts\setup.py demo %*
if errorlevel 1 pause
